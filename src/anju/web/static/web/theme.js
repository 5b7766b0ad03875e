// The colour theme: follows the system until the reader chooses; the choice stays on this computer.
(function () {
  "use strict";
  var root = document.documentElement;
  function stored() { try { return localStorage.getItem("anju-theme"); } catch (error) { return null; } }
  function store(theme) { try { localStorage.setItem("anju-theme", theme); } catch (error) { /* private window */ } }
  function isDark() {
    return root.dataset.theme === "dark" ||
      (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  }
  root.dataset.theme = stored() || "auto";
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    if (!button) { return; }
    function label() { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; }
    button.hidden = false;
    label();
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      store(root.dataset.theme);
      label();
    });
  });
})();
