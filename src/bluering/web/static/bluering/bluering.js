/* Comfort on top of plain pages: keys, dialogs, lists. Everything works without it. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (element) => element.offsetParent !== null;
  document.documentElement.classList.add("js");

  /* Dialogs: a link or button with data-sheet loads its address into the one sheet. */
  const sheet = () => $("#sheet");
  function openSheet(address) {
    if (!sheet()) return;
    $("#sheet-body").replaceChildren();
    htmx.ajax("GET", address, { target: "#sheet-body", swap: "innerHTML" }).then(() => {
      if (!$("#sheet-body").childElementCount) return;
      if (!sheet().open) sheet().showModal();
      const first = $("[autofocus]", sheet()) || $("form :is(input:not([type=hidden]), select, textarea, button)", sheet()) || $("button", sheet());
      if (first) first.focus();
    });
  }
  document.addEventListener("click", (event) => {
    const sheetLink = event.target.closest("[data-sheet]");
    if (sheetLink && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openSheet(sheetLink.getAttribute("href") || sheetLink.dataset.sheet);
      return;
    }
    const opener = event.target.closest("[data-opens]");
    if (opener) $("#" + opener.dataset.opens).showModal();
    if (event.target.closest("[data-prints]")) print();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
    if (event.target.tagName === "DIALOG") event.target.close();
    const toggle = event.target.closest("[data-toggles]");
    if (toggle) {
      const open = $("#" + toggle.dataset.toggles).classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", open);
    }
    const menu = $(".top-me[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
    if (!event.target.closest(".top-find")) emptyFound();
  });

  /* Typeahead: arrows walk through what was found. */
  const found = () => $$("#found [role=option]");
  function emptyFound() {
    const list = $("#found");
    if (list) list.replaceChildren();
    point(-1);
  }
  function point(index) {
    const box = $("#find");
    if (!box) return;
    const rows = found();
    rows.forEach((row, i) => { row.setAttribute("aria-selected", i === index); row.classList.toggle("is-here", i === index); });
    box.setAttribute("aria-expanded", rows.length > 0);
    if (index >= 0 && rows[index]) box.setAttribute("aria-activedescendant", rows[index].id);
    else box.removeAttribute("aria-activedescendant");
  }
  function findKeys(event) {
    const rows = found();
    const here = rows.findIndex((row) => row.classList.contains("is-here"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((here + step + rows.length) % (rows.length || 1));
    } else if (event.key === "Enter" && rows.length) {
      event.preventDefault();
      location.assign(rows[Math.max(here, 0)].getAttribute("href"));
    } else if (event.key === "Escape") {
      event.target.value = "";
      emptyFound();
      event.target.blur();
    }
  }

  /* Lists: j and k move the focus through [data-item] links, row by row. */
  function step(by) {
    const items = $$("[data-item]").filter(shown);
    if (!items.length) return;
    const now = items.findIndex((item) => item.contains(document.activeElement) || item === document.activeElement);
    const next = items[Math.min(Math.max(now + by, 0), items.length - 1)];
    const target = next.matches("a, button, summary, [tabindex]") ? next : $("a, button", next);
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function why() {
    const gap = document.activeElement.closest(".gap");
    const more = gap && $(".gap-why", gap);
    if (more) more.open = !more.open;
  }

  const typing = (element) => element.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const keys = {
    "/": () => { const box = $("#find"); if (box) { box.focus(); box.select(); } },
    "c": () => {
      const claim = $("[data-claim]", document.activeElement.closest(".row") || document.createElement("i"));
      if (claim) return claim.click();
      const button = $("[data-contact]"), start = sheet() && sheet().dataset.contactStart;
      if (button || start) openSheet(button ? button.getAttribute("href") : start);
    },
    "f": () => { const button = $("[data-flag]"); if (button) openSheet(button.getAttribute("href")); },
    "j": () => step(1),
    "k": () => step(-1),
    "w": why,
    "?": () => $("#keys") && $("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "find") return findKeys(event);
    if (event.key === "Escape" && $(".top-me[open]")) $(".top-me[open]").open = false;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
    const pick = /^[1-9]$/.test(event.key) && $(`[data-pick="${event.key}"]`);
    if (pick) { event.preventDefault(); pick.checked = true; pick.focus(); return; }
    const press = /^[a-z]$/.test(event.key) && $(`[data-key="${event.key}"]`);
    if (press) { event.preventDefault(); press.click(); return; }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "found") point(-1);
    if (event.detail.target.id === "sheet-body") focusFault();
    if (event.detail.target.id === "notices" && sheet() && sheet().open) sheet().close();
  });

  /* What has to be put right in a form takes the focus. */
  function focusFault() {
    const fault = $("[aria-invalid], .field:has(.field-error) input", sheet());
    if (fault) fault.focus();
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  /* A list put in order by dragging; its rows have buttons for whoever does not drag. */
  let dragged = null;
  document.addEventListener("dragstart", (event) => { dragged = event.target.closest("[data-drag] > [draggable=true]"); });
  document.addEventListener("dragover", (event) => { if (dragged && event.target.closest("[data-drag]")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const list = dragged && event.target.closest("[data-drag]"), onto = list && event.target.closest("[data-person]");
    if (!list) return;
    event.preventDefault();
    const values = { person: dragged.dataset.person, before: onto ? onto.dataset.person : "" };
    dragged = null;
    if (values.person !== values.before) htmx.ajax("POST", list.dataset.drag, { values, swap: "none" });
  });

  /* Enter sends a short text, Shift and Enter begins a line, Escape leaves the field for the keys. */
  document.addEventListener("keydown", (event) => {
    const text = event.target.closest("[data-enter]");
    if (!text) return;
    if (event.key === "Escape") text.blur();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const button = text.form.querySelector(`button[value="${text.dataset.enter}"]`);
    if (button) text.form.requestSubmit(button);
  });

  /* The clock of a talk, and headings that are put into a note. */
  const clock = () => $$("[data-since]").forEach((one) => {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(one.dataset.since)) / 1000));
    one.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  });
  setInterval(clock, 1000);
  document.addEventListener("DOMContentLoaded", clock);
  document.addEventListener("click", (event) => {
    const heading = event.target.closest("[data-inserts]"), note = heading && document.getElementById(heading.dataset.inserts);
    if (!note) return;
    const from = note.value ? note.value.length + 1 : 0;
    note.value += (from ? "\n" : "") + heading.dataset.text;
    note.rows = Math.max(note.rows, note.value.split("\n").length + 1);
    const end = note.value.indexOf("\n", from);
    note.focus();
    note.setSelectionRange(end < 0 ? note.value.length : end, end < 0 ? note.value.length : end);
  });

  /* What takes a while says so, and is not asked for twice. */
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.once, button = words && $("button", event.target);
    if (!button) return;
    if (button.getAttribute("aria-busy")) { event.preventDefault(); return; }
    button.setAttribute("aria-busy", "true");
    button.textContent = words;
  });

  /* Whoever leaves a page lets go of what it held. */
  addEventListener("pagehide", () => {
    const held = $("[data-release]"), token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
    if (!held || !token) return;
    const said = new FormData();
    said.set("csrfmiddlewaretoken", token);
    navigator.sendBeacon(held.dataset.release, said);
  });

  /* What was reached from the ring takes the focus; a gap shows what it rests on. */
  function showTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.id === "main") return;
    const folded = target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView({ block: "center" }); }
    if ($(".gap-why", target)) $(".gap-why", target).open = true;
    const first = $("summary, [data-item]", target);
    if (first) first.focus({ preventScroll: true });
  }
  addEventListener("hashchange", showTarget);
  document.addEventListener("DOMContentLoaded", showTarget);
})();
