/* Open pages keep themselves up to date: a small question every two seconds, and on news the page is asked for again. */
(() => {
  "use strict";
  const MARKED_SECONDS = 6;
  const $ = (selector, root = document) => root.querySelector(selector);
  const FIELDS = "input:not([type=hidden]), textarea, select";
  let waiting = 0, asking = false;

  const page = () => $("#page");
  const pulse = () => $("#pulse");
  /* A form that narrows a list is asked again with what stands in it, and gives a piece of the page. */
  const narrow = () => $("#page form[data-again]");

  function ask() {
    if (document.visibilityState !== "visible" || asking || !page().dataset.stamp) return;
    pulse().setAttribute("hx-vals", JSON.stringify({ since: page().dataset.stamp, about: pulse().dataset.about }));
    htmx.trigger(pulse(), "pulse");
  }

  /* Whether somebody has put something into a field that is not sent yet. */
  function touched(field) {
    if (field.closest("form[data-again], form[method=get]")) return false;
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return field.value !== field.defaultValue;
    const first = [...field.options].find((one) => one.defaultSelected) || field.options[0];
    return Boolean(first) && field.value !== first.value;
  }
  const atWork = () => Boolean($("dialog[open]")) || [...page().querySelectorAll(FIELDS)].some(touched);

  async function fetchAgain() {
    const form = narrow(), headers = { "X-By-Itself": "1" };
    if (!form) return fetch(location.pathname + location.search, { headers });
    return fetch(form.action, { method: "POST", body: new FormData(form), headers: { ...headers, "HX-Request": "true" } });
  }

  async function renew(stamp) {
    asking = true;
    try {
      const answer = await fetchAgain();
      if (answer.redirected || answer.headers.get("HX-Redirect")) return location.reload();
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = narrow(), old = form ? $(form.dataset.again) : page();
      const wanted = form ? fresh.body : $("#page", fresh);
      if (!wanted) return;
      const rows = bluering.morph(old, wanted);
      page().dataset.stamp = (!form && wanted.dataset.stamp) || stamp;
      shown(rows);
    } catch { /* no way to the server just now: the next pulse tries again */ } finally { asking = false; }
  }

  function shown(rows) {
    const words = waiting === 1 ? "1 change" : `${waiting} changes`;
    waiting = 0;
    const said = document.createElement("span");
    said.className = "sr";
    said.textContent = `${words}, shown.`;
    $("#news").replaceChildren(said);
    for (const row of rows) {
      row.classList.add("is-news");
      setTimeout(() => row.classList.remove("is-news"), MARKED_SECONDS * 1000);
    }
    document.dispatchEvent(new CustomEvent("bluering:renewed"));
  }

  /* Somebody types or has a form open: say that there is something, and let them choose when. */
  function offer(stamp) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Show" });
    button.addEventListener("click", () => renew(stamp));
    $("#news").replaceChildren(`New: ${waiting} ${waiting === 1 ? "change" : "changes"}`, button);
    page().dataset.stamp = stamp;
  }

  document.addEventListener("stamp", (event) => { page().dataset.stamp = event.detail.stamp; });
  document.addEventListener("news", (event) => {
    waiting += event.detail.count;
    if (atWork()) offer(event.detail.stamp);
    else renew(event.detail.stamp);
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (!pulse()) return;
    setInterval(ask, pulse().dataset.seconds * 1000);
    document.addEventListener("visibilitychange", ask);
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("close", () => { if (waiting && !atWork()) renew(page().dataset.stamp); });
    }
  });
})();
