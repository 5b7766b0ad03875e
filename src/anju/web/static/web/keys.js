// Keys: / search, j and k along rows, ? help. Rows are links, so Enter opens without our doing; so does Escape close.
(function () {
  "use strict";
  var ROWS = "main tbody tr, main .items > li";
  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  }
  function links() {
    return Array.prototype.map.call(document.querySelectorAll(ROWS), function (row) {
      return row.querySelector("a[href]");
    }).filter(Boolean);
  }
  // From the row that has the focus, or from outside into the first or last one.
  function step(by) {
    var all = links();
    var row = document.activeElement.closest(ROWS);
    var at = row ? all.indexOf(row.querySelector("a[href]")) : by > 0 ? -1 : all.length;
    var next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
  }
  function help() {
    var dialog = document.getElementById("keys");
    if (dialog && dialog.showModal && !dialog.open) { dialog.showModal(); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (isTyping(event.target)) {
      if (event.key === "Escape" && event.target.id === "search") { event.target.blur(); }
      return;
    }
    if (document.querySelector("dialog[open]")) { return; }
    var search = document.getElementById("search");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") { step(1); }
    else if (event.key === "k") { step(-1); }
    else if (event.key === "?") { help(); }
  });
  // A click outside an open menu, or Escape, closes it.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(except)) { menu.open = false; }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target); });
  document.addEventListener("keyup", function (event) { if (event.key === "Escape") { closeMenus(null); } });
  // On a phone the filters of a register stay folded until they are wanted; elsewhere they are always there.
  function fold(boxes, phone) {
    boxes.forEach(function (box) { box.open = !phone.matches; });
  }
  document.addEventListener("DOMContentLoaded", function () {
    var boxes = document.querySelectorAll("details.narrowing");
    var phone = window.matchMedia("(max-width: 767px)");
    fold(boxes, phone);
    phone.addEventListener("change", function () { fold(boxes, phone); });
    var opener = document.querySelector("a[href='#keys']");
    if (opener) { opener.addEventListener("click", function (event) { event.preventDefault(); help(); }); }
    var closer = document.getElementById("keys-close");
    if (closer) { closer.addEventListener("click", function () { document.getElementById("keys").close(); }); }
    var print = document.getElementById("print");
    if (print) { print.hidden = false; print.addEventListener("click", function () { window.print(); }); }
  });
})();
