// Maps are pictures that need no script; with it one zooms and moves them: wheel, pinch, drag, + − and the arrows.
(function () {
  "use strict";
  var MOST = 8, STEP = 1.4, MOVED = 4; // times larger; one step; pixels that make a drag of a click
  function start(box) {
    var svg = box.querySelector("svg.map");
    var whole = svg.viewBox.baseVal;
    var full = { w: whole.width, h: whole.height };
    var view = { x: 0, y: 0, w: full.w, h: full.h };
    var pointers = {}, dragged = false;
    function draw() {
      view.w = Math.min(full.w, Math.max(full.w / MOST, view.w));
      view.h = view.w * full.h / full.w;
      view.x = Math.min(full.w - view.w, Math.max(0, view.x));
      view.y = Math.min(full.h - view.h, Math.max(0, view.y));
      svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
      // Only a map that is larger than its frame takes the finger; otherwise the page scrolls.
      box.classList.toggle("zoomed", isZoomed());
    }
    function isZoomed() { return view.w < full.w - 0.01; }
    // Keeps the point under (x, y), in shares of the frame, where it is.
    function zoom(times, x, y) {
      var w = Math.min(full.w, Math.max(full.w / MOST, view.w / times));
      view.x += (view.w - w) * x;
      view.y += (view.h - w * full.h / full.w) * y;
      view.w = w;
      draw();
    }
    function move(x, y) { view.x += x * view.w; view.y += y * view.h; draw(); }
    function reset() { view.x = 0; view.y = 0; view.w = full.w; draw(); }
    function share(event) {
      var frame = svg.getBoundingClientRect();
      return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
    }
    function apart(a, b) { return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY); }
    var keys = {
      "+": function () { zoom(STEP, 0.5, 0.5); }, "=": function () { zoom(STEP, 0.5, 0.5); },
      "-": function () { zoom(1 / STEP, 0.5, 0.5); }, "0": reset,
      ArrowLeft: function () { move(-0.1, 0); }, ArrowRight: function () { move(0.1, 0); },
      ArrowUp: function () { move(0, -0.1); }, ArrowDown: function () { move(0, 0.1); }
    };
    box.addEventListener("keydown", function (event) {
      var act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) { return; }
      if (event.key.indexOf("Arrow") === 0 && !isZoomed()) { return; }
      event.preventDefault();
      act();
    });
    svg.addEventListener("wheel", function (event) {
      if (event.deltaY > 0 && !isZoomed()) { return; } // nothing to make smaller: the page scrolls on
      event.preventDefault();
      var at = share(event);
      zoom(event.deltaY < 0 ? STEP : 1 / STEP, at.x, at.y);
    }, { passive: false });
    svg.addEventListener("pointerdown", function (event) {
      if (event.pointerType === "mouse" && event.button !== 0) { return; }
      if (!Object.keys(pointers).length) { dragged = false; }
      pointers[event.pointerId] = event;
    });
    window.addEventListener("pointermove", function (event) {
      var before = pointers[event.pointerId];
      if (!before) { return; }
      var other = Object.keys(pointers).filter(function (id) { return id !== String(event.pointerId); })[0];
      if (other === undefined && !dragged && apart(before, event) < MOVED) { return; }
      dragged = true;
      var frame = svg.getBoundingClientRect();
      if (other === undefined) {
        move((before.clientX - event.clientX) / frame.width, (before.clientY - event.clientY) / frame.height);
      } else {
        var held = pointers[other], at = share({
          clientX: (held.clientX + event.clientX) / 2, clientY: (held.clientY + event.clientY) / 2
        });
        zoom(apart(held, event) / Math.max(1, apart(held, before)), at.x, at.y);
      }
      pointers[event.pointerId] = event;
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      window.addEventListener(name, function (event) { delete pointers[event.pointerId]; });
    });
    // A drag that ends on an area is no click on it, and a link is not dragged out of the picture.
    svg.addEventListener("click", function (event) {
      if (dragged) { event.preventDefault(); event.stopPropagation(); dragged = false; }
    }, true);
    svg.addEventListener("dragstart", function (event) { event.preventDefault(); });
    var tools = box.querySelector(".map-tools");
    var acts = { "in": keys["+"], out: keys["-"], reset: reset };
    tools.hidden = false;
    tools.addEventListener("click", function (event) {
      var act = acts[event.target.dataset.map];
      if (act) { act(); }
    });
  }
  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll(".map-box"), start);
  });
})();
