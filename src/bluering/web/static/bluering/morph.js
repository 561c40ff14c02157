/* Make one piece of a page look like another, touching only what differs: focus, scroll, what is unfolded and what is typed stay. */
(() => {
  "use strict";
  const ROW = "li, tr, article, .row, .timeline-event";

  /* What tells a child from its brothers: its id, or for a row the first place it leads to. */
  function key(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.id) return "#" + node.id;
    const link = node.matches(ROW) ? node.querySelector("a[href]") : null;
    return link ? node.nodeName + link.getAttribute("href") : "";
  }
  /* The children with their keys; a key that comes again is numbered. */
  function keyed(parent) {
    const times = new Map();
    return new Map([...parent.childNodes].map((child) => {
      const name = key(child), count = times.get(name) || 0;
      times.set(name, count + 1);
      return [child, name && count ? `${name} ${count}` : name];
    }));
  }

  function morph(old, fresh, changed) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.nodeValue = fresh.nodeValue;
      changed.add(old.parentElement);
      return;
    }
    sameAttributes(old, fresh);
    sameChildren(old, fresh, changed);
  }

  function sameAttributes(old, fresh) {
    const kept = (name) => name === "open" && old.matches("details");
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !kept(name)) old.setAttribute(name, value);
  }

  function sameChildren(old, fresh, changed) {
    const names = keyed(old), wishes = keyed(fresh), wished = new Set(wishes.values());
    for (const [child, name] of names) if (name && !wished.has(name)) { child.remove(); changed.add(old); }
    const byName = new Map([...names].map(([child, name]) => [name, child]));
    let here = old.firstChild;
    for (const [wanted, name] of wishes) {
      const alike = here && !names.get(here) && here.nodeName === wanted.nodeName;
      const match = name ? byName.get(name) : alike ? here : null;
      if (!match) {
        old.insertBefore(wanted, here);
        if (wanted.nodeType === Node.ELEMENT_NODE) { htmx.process(wanted); changed.add(wanted); }
      } else if (match === here) {
        here = here.nextSibling;
        morph(match, wanted, changed);
      } else {
        old.insertBefore(match, here);
        morph(match, wanted, changed);
      }
    }
    while (here) { const gone = here; here = here.nextSibling; gone.remove(); changed.add(old); }
  }

  /* The rows in which something was changed. */
  function rows(changed) {
    const found = [...changed].map((element) => element && element.closest(ROW));
    return [...new Set(found)].filter((row) => row && row.isConnected);
  }

  window.bluering = {
    /* Returns the rows that changed. What has the focus keeps it; when that is gone, the piece takes it. */
    morph(old, fresh) {
      const changed = new Set(), focused = document.activeElement, within = old.contains(focused);
      sameChildren(old, fresh, changed);
      if (within && document.activeElement !== focused) {
        if (focused.isConnected) focused.focus({ preventScroll: true });
        else document.getElementById("main").focus({ preventScroll: true });
      }
      return rows(changed);
    },
  };
})();
