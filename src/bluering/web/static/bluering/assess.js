/* Questions with the keys alone: a digit answers and goes on, arrows move. Without it the form is a plain form. */
(() => {
  "use strict";
  const form = () => document.querySelector("[data-questions]");
  const questions = () => [...form().querySelectorAll("[data-question]")].filter((one) => !one.hidden);
  const first = (question) => question.querySelector("input:checked, input:not([type=hidden])");
  function here() {
    const focused = document.activeElement && document.activeElement.closest("[data-question]");
    return focused || questions().find((one) => !one.querySelector("input:checked"));
  }
  function go(by) {
    const all = questions(), next = all[Math.min(Math.max(all.indexOf(here()) + by, 0), all.length - 1)];
    if (!next) return;
    first(next).focus();
    next.scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", (event) => {
    if (!form() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typed = event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (typed && event.target.type !== "text") return;
      event.preventDefault();
      event.stopPropagation();
      return go(event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.key === "Enter" && event.target.matches("[data-question] input:not([type=text])")) {
      event.preventDefault();
      const open = questions().find((one) => !one.querySelector("input:checked") && one.querySelector("[type=radio]"));
      const last = form().querySelector("[value=finish], [value=send]");
      return open && open !== here() ? first(open).focus() : last.focus();
    }
    if (typed || !/^[0-9]$/.test(event.key)) return;
    const question = here(), pick = question && question.querySelector(`[data-digit="${event.key}"]`);
    if (!pick) return;
    event.preventDefault();
    event.stopPropagation();
    pick.checked = pick.type === "checkbox" ? !pick.checked : true;
    pick.focus();
    pick.dispatchEvent(new Event("change", { bubbles: true }));
    if (pick.type === "radio") go(1);
  }, true);
  /* What an answer opens or closes; what opens after the question that was answered is next. */
  document.addEventListener("htmx:afterSettle", () => {
    const state = document.getElementById("assess-state");
    if (!state || !form()) return;
    const shown = new Set(state.dataset.shown.split(" ")), now = here();
    let opened = null;
    form().querySelectorAll("[data-question]").forEach((one) => {
      if (one.hidden && shown.has(one.dataset.question)) opened = opened || one;
      one.hidden = !shown.has(one.dataset.question);
    });
    const warning = state.querySelector(".card-safety");
    if (warning && !document.body.dataset.warned) {
      document.body.dataset.warned = "yes";
      warning.scrollIntoView({ block: "center" });
    }
    if (opened && now && now.contains(document.activeElement) && now.querySelector("input:checked")) first(opened).focus({ preventScroll: Boolean(warning) });
  });
})();
