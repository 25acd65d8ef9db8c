/* Month, week, board and list: pieces move by mouse, by touch and by keys, one or many at a time.
   Everything is sent to the one address of the form beneath the page, so all of it also works without
   this script. */
(function () {
  "use strict";
  if (!document.querySelector("[data-planner]")) return;
  var held = null, press = null, pending = 0, toast = null, undoKey = null;
  var picked = new Set(), lastPick = null;

  function planner() { return document.querySelector("[data-planner]"); }
  function view() { return planner().dataset.planner; }
  function bulk() { return document.getElementById("bulk"); }
  function pieceOf(el) { return el && el.closest ? el.closest("[data-piece]") : null; }
  function pieceAt(id) { return planner().querySelector('[data-piece="' + CSS.escape(id) + '"]'); }
  function slots() { return Array.from(planner().querySelectorAll("[data-slot]")); }
  function slotOf(piece) { return piece.closest("[data-slot]"); }
  function slotAt(value, owner) {
    return slots().find(function (one) { return one.dataset.slot === value && (owner === undefined || one.dataset.owner === owner); });
  }
  function gripOf(piece) { return piece.querySelector("[data-grip]"); }
  function titleOf(piece) { return piece.querySelector(".ttl, .title a"); }
  function focusPiece(piece) { (gripOf(piece) || titleOf(piece)).focus({ preventScroll: true }); }
  function isShown(el) { return el.checkVisibility ? el.checkVisibility() : el.getClientRects().length > 0; }
  function put(piece, slot) {
    var inner = slot.querySelector("[data-in]") || slot, first = inner.querySelector(".piece, .more");
    inner.insertBefore(piece, first && first.parentElement === inner ? first : null);
  }
  function mark(slot) {
    var old = planner().querySelector(".target");
    if (old === slot) return;
    if (old) old.classList.remove("target");
    if (slot) slot.classList.add("target");
  }
  function say(text) {
    var live = document.getElementById("live");
    live.textContent = "";
    setTimeout(function () { live.textContent = text; }, 30);
  }

  /* A message with a way back. It stays until the next one or until it is closed. */
  function tell(text, extra) {
    if (toast) toast.remove();
    toast = document.createElement("div");
    toast.className = "toast" + (extra.isBad ? " bad" : "");
    var words = document.createElement("p");
    words.textContent = text;
    toast.append(words);
    if (extra.link) {
      var link = document.createElement("a");
      link.className = "btn s";
      link.href = extra.link;
      link.textContent = "Open the piece";
      toast.append(link);
    }
    undoKey = extra.undo || null;
    if (undoKey) toast.append(button("Undo", undo));
    toast.append(button("Close", function () { toast.remove(); }));
    document.getElementById("main").append(toast);
    say(text);
  }
  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn s";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  /* Where a piece stood, to put it back when the server refuses. */
  function place(piece) {
    return { piece: piece, parent: piece.parentElement, next: piece.nextElementSibling, slot: slotOf(piece) };
  }
  function putBack(from) {
    if (!from.parent.isConnected) return;
    from.parent.insertBefore(from.piece, from.next && from.next.parentElement === from.parent ? from.next : null);
  }

  /* Send the pieces to another day, person or step; the page shows the move before the answer comes. */
  function save(froms, slot) {
    var body = new FormData(), isSamePerson = froms.every(function (from) { return from.slot && from.slot.dataset.owner === slot.dataset.owner; });
    body.set("csrfmiddlewaretoken", bulk().elements.csrfmiddlewaretoken.value);
    froms.forEach(function (from) {
      body.append("piece", from.piece.dataset.piece);
      body.append("seen", from.piece.dataset.piece + ":" + from.piece.dataset.was);
      from.piece.classList.add("saving");
    });
    if (view() === "status") {
      body.set("act", "status");
      body.set("status", slot.dataset.slot);
    } else {
      body.set("act", isSamePerson ? "day" : "place");
      body.set("day", slot.dataset.slot);
      if (!slot.dataset.slot) body.set("off", "1");
      if (!isSamePerson) body.set("owner", slot.dataset.owner);
    }
    post(bulk().action, body, function (refusedIds) {
      froms.forEach(function (from) {
        from.piece.classList.remove("saving");
        if (!refusedIds || refusedIds.has(from.piece.dataset.piece)) putBack(from);
      });
    }, froms[0].piece.id);
  }
  function undo() {
    var body = new FormData();
    if (!undoKey || !bulk()) return;
    body.set("csrfmiddlewaretoken", bulk().elements.csrfmiddlewaretoken.value);
    body.set("undo", undoKey);
    undoKey = null;
    post(bulk().dataset.undo, body, function () {}, null);
  }
  function post(url, body, rollBack, id) {
    pending += 1;
    fetch(url, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.redirected) throw new Error("You are signed out. Sign in and move it again.");
        if (answer.status === 403) throw new Error("You may not move pieces of this brand any more. Load the page again.");
        if (!answer.ok && answer.status !== 409) throw new Error("The server could not save it. Try again in a minute.");
        return answer.json();
      })
      .then(function (done) {
        var refused = done.results.filter(function (one) { return one.reason; });
        pending -= 1;
        if (done.reason || refused.length) rollBack(done.reason ? null : new Set(refused.map(function (one) { return String(one.id); })));
        report(done, refused);
        refresh(id);
      })
      .catch(function (error) {
        pending -= 1;
        rollBack(null);
        tell("Not moved. " + (error instanceof TypeError ? "The server did not answer. Check the connection and try again." : error.message), { isBad: true });
      });
  }
  function report(done, refused) {
    if (done.reason) return tell("Not moved. " + done.reason, { isBad: true });
    if (!refused.length) return tell(done.message, { undo: done.undo });
    var only = refused.length === 1 && done.results.length === 1;
    var lines = only ? refused[0].reason : refused.slice(0, 3).map(function (one) { return "“" + one.title + "”: " + one.reason; }).join(" ") +
      (refused.length > 3 ? " And " + (refused.length - 3) + " more." : "");
    return tell((done.message ? done.message + " " : "") + (only ? "Not moved. " : refused.length + " not moved. ") + lines,
      { isBad: true, undo: done.undo, link: refused.length === 1 ? refused[0].link : null });
  }

  /* Draw the planner anew from the server, so that counts, load and lateness are always true. */
  function refresh(id) {
    if (pending || held) return;
    fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-planner]");
        if (!fresh || pending || held || press) return;
        var old = planner(), inside = old.contains(document.activeElement), left = (old.querySelector(".board") || {}).scrollLeft;
        old.querySelectorAll("details.more[open]").forEach(function (one) {
          var same = fresh.querySelector('[data-slot="' + CSS.escape(slotOf(one).dataset.slot) + '"] details.more');
          if (same) same.open = true;
        });
        /* The message already offers the way back; a line above the days would push them down. */
        if (fresh.querySelector(".undoline")) fresh.querySelector(".undoline").remove();
        old.replaceWith(document.adoptNode(fresh));
        ready();
        if (left) fresh.querySelector(".board").scrollLeft = left;
        var piece = id && document.getElementById(id);
        if (inside && piece && isShown(piece)) focusPiece(piece);
      })
      .catch(function () { /* the move is saved; the page is only not drawn anew */ });
  }
  function ready() {
    planner().querySelectorAll("[data-grip], [data-day-all]").forEach(function (one) { one.hidden = false; });
    var start = planner().querySelector(".day.today") || planner().querySelector(".day:not(.out)");
    if (start) start.tabIndex = 0;
    showPicked();
    document.dispatchEvent(new CustomEvent("planner-drawn"));
  }

  /* Picking many: by tick, by ctrl or shift and a click, all of a day or lane */
  function ticks() { return Array.from(planner().querySelectorAll('.pick input[name="piece"]')); }
  function showPicked() {
    if (!bulk()) return;
    var here = ticks();
    here.forEach(function (one) { if (one.checked) picked.add(one.value); one.checked = picked.has(one.value); });
    var values = new Set(here.map(function (one) { return one.value; }));
    picked.forEach(function (id) { if (!values.has(id)) picked.delete(id); });
    countPicked();
  }
  function countPicked() {
    var count = picked.size, all = planner().querySelector("[data-list-all]");
    bulk().classList.toggle("ready", count > 0);
    bulk().classList.toggle("idle", count === 0);
    document.getElementById("bulkcount").textContent = count === 1 ? "1 piece ticked" : count + " pieces ticked";
    if (all) all.checked = count > 0 && count === ticks().length;
  }
  function pick(ids, on) {
    ids.forEach(function (id) { if (on) picked.add(id); else picked.delete(id); });
    ticks().forEach(function (one) { one.checked = picked.has(one.value); });
    countPicked();
    say(picked.size === 1 ? "1 piece ticked" : picked.size + " pieces ticked");
  }
  function pickTo(id) {
    var order = ticks().map(function (one) { return one.value; }), a = order.indexOf(lastPick), b = order.indexOf(id);
    pick(a < 0 ? [id] : order.slice(Math.min(a, b), Math.max(a, b) + 1), true);
  }
  function idsIn(slot) { return Array.from(slot.querySelectorAll('.pick input[name="piece"]')).map(function (one) { return one.value; }); }
  function pickAll(slot) {
    var ids = idsIn(slot);
    pick(ids, !ids.every(function (id) { return picked.has(id); }));
  }
  document.addEventListener("click", function (e) {
    var tick = e.target.closest('.pick input[name="piece"]'), all = e.target.closest("[data-day-all]");
    if (tick) {
      if (e.shiftKey) pickTo(tick.value); else pick([tick.value], tick.checked);
      lastPick = tick.value;
    } else if (all) pickAll(slotOf(all));
    else if (e.target.closest("[data-list-all]")) pick(ticks().map(function (one) { return one.value; }), e.target.checked);
    else if (e.target.closest("[data-unpick]")) pick(Array.from(picked), false);
    else if (e.ctrlKey || e.metaKey || e.shiftKey) {
      var piece = pieceOf(e.target), id = piece && piece.dataset.piece;
      if (!piece || !("movable" in piece.dataset) || e.target.closest("button, summary, form, input, label")) return;
      e.preventDefault();
      if (e.shiftKey) pickTo(id); else pick([id], !picked.has(id));
      lastPick = id;
    }
  });
  /* All ticked ones go along with the one that is moved, when it is ticked itself. */
  function company(piece) {
    if (!picked.has(piece.dataset.piece)) return [piece];
    var rest = Array.from(picked).map(pieceAt).filter(function (one) { return one && one !== piece && "movable" in one.dataset; });
    return [piece].concat(rest);
  }

  /* By mouse and by finger: pointer events, a ghost that only its own layer draws, one look a frame */
  var EDGE = 64, START = 5, PATIENCE = 350;
  document.addEventListener("pointerdown", function (e) {
    var piece = pieceOf(e.target);
    if (!piece || !("movable" in piece.dataset) || view() === "list" || e.button !== 0 || held || press) return;
    var onGrip = e.target.closest("[data-grip]");
    if (!onGrip && e.target.closest("button, .mv, input, label")) return;
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    press = { piece: piece, x: e.clientX, y: e.clientY, id: e.pointerId, isTouch: e.pointerType !== "mouse", onGrip: Boolean(onGrip), timer: 0 };
    if (press.isTouch && !onGrip) press.timer = setTimeout(function () { if (press && !press.drag) begin(); }, PATIENCE);
  });
  document.addEventListener("pointermove", function (e) {
    if (!press || e.pointerId !== press.id) return;
    var far = Math.hypot(e.clientX - press.x, e.clientY - press.y);
    if (!press.drag) {
      if (far < (press.isTouch && !press.onGrip ? 10 : START)) return;
      if (press.isTouch && !press.onGrip) return release();
      begin();
    }
    press.drag.x = e.clientX;
    press.drag.y = e.clientY;
    wake();
  });
  document.addEventListener("pointerup", function (e) {
    if (!press || e.pointerId !== press.id) return;
    if (press.drag) {
      e.preventDefault();
      swallowClick();
      var drag = press.drag;
      drag.x = e.clientX;
      drag.y = e.clientY;
      look(drag);
      var slot = drag.slot, froms = drag.froms;
      release();
      if (slot) moveTo(froms, slot);
    } else release();
  });
  document.addEventListener("pointercancel", function (e) { if (press && e.pointerId === press.id) release(); });
  document.addEventListener("touchmove", function (e) { if (press && press.drag) e.preventDefault(); }, { passive: false });
  document.addEventListener("dragstart", function (e) { if (pieceOf(e.target)) e.preventDefault(); });
  document.addEventListener("contextmenu", function (e) { if (press && press.isTouch && press.drag) e.preventDefault(); });
  document.addEventListener("scroll", function () { if (press && press.drag) { press.drag.boxes = null; wake(); } }, true);

  function begin() {
    var piece = press.piece, box = piece.getBoundingClientRect(), all = company(piece), ghost = piece.cloneNode(true);
    clearTimeout(press.timer);
    if (held) letGo(true);
    ghost.removeAttribute("id");
    ghost.setAttribute("aria-hidden", "true");
    ghost.querySelectorAll("[id], input").forEach(function (one) { one.removeAttribute("id"); one.removeAttribute("form"); one.removeAttribute("name"); });
    ghost.classList.add("ghost");
    ghost.style.width = box.width + "px";
    if (all.length > 1) {
      var badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = all.length;
      ghost.append(badge);
    }
    planner().append(ghost);
    document.documentElement.classList.add("is-dragging");
    if (press.isTouch) planner().classList.add("is-moving");
    all.forEach(function (one) { one.classList.add("held"); });
    press.drag = { ghost: ghost, dx: press.x - box.left, dy: press.y - box.top, x: press.x, y: press.y, froms: all.map(place), slot: null, boxes: null, frame: 0 };
    if (press.isTouch && navigator.vibrate) navigator.vibrate(15);
    say("Dragging " + (all.length > 1 ? all.length + " pieces" : "“" + piece.dataset.title + "”"));
    wake();
  }
  function wake() {
    var drag = press && press.drag;
    if (drag && !drag.frame) drag.frame = requestAnimationFrame(function () {
      drag.frame = 0;
      if (!press || press.drag !== drag) return;
      drag.ghost.style.transform = "translate3d(" + (drag.x - drag.dx) + "px," + (drag.y - drag.dy) + "px,0)";
      look(drag);
      if (scrollAtEdge(drag)) wake();
    });
  }
  /* The slots are measured once, and again only when something scrolled. */
  function look(drag) {
    if (!drag.boxes) drag.boxes = slots().map(function (slot) { return { slot: slot, box: slot.getBoundingClientRect() }; });
    var hit = drag.boxes.find(function (one) {
      return drag.x >= one.box.left && drag.x < one.box.right && drag.y >= one.box.top && drag.y < one.box.bottom;
    });
    drag.slot = hit ? hit.slot : null;
    mark(drag.slot);
  }
  function scrollAtEdge(drag) {
    var by = drag.y < EDGE ? drag.y - EDGE : drag.y > innerHeight - EDGE ? drag.y - innerHeight + EDGE : 0;
    var board = planner().querySelector(".board"), aside = 0;
    if (board && view() === "status") {
      aside = drag.x < EDGE ? drag.x - EDGE : drag.x > innerWidth - EDGE ? drag.x - innerWidth + EDGE : 0;
      if (aside) board.scrollLeft += aside / 4;
    }
    if (by) window.scrollBy(0, by / 4);
    return Boolean(by || aside);
  }
  function release() {
    if (!press) return;
    clearTimeout(press.timer);
    if (press.drag) {
      cancelAnimationFrame(press.drag.frame);
      press.drag.ghost.remove();
      press.drag.froms.forEach(function (from) { from.piece.classList.remove("held"); });
      document.documentElement.classList.remove("is-dragging");
      planner().classList.remove("is-moving");
      mark(null);
    }
    press = null;
  }
  function swallowClick() {
    function stop(e) { e.preventDefault(); e.stopPropagation(); }
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(function () { document.removeEventListener("click", stop, true); }, 50);
  }
  function moveTo(froms, slot) {
    var moved = froms.filter(function (from) { return from.slot !== slot; });
    if (!moved.length) return;
    moved.forEach(function (from) { put(from.piece, slot); });
    save(moved, slot);
  }

  /* By keys: Enter or space on the grip picks up and drops, arrows move, Escape puts back */
  function pickUp(piece) {
    var all = company(piece);
    if (held) letGo(true);
    held = { piece: piece, froms: all.map(place) };
    all.forEach(function (one) { one.classList.add("held"); });
    planner().classList.add("is-moving");
    gripOf(piece).setAttribute("aria-pressed", "true");
    mark(slotOf(piece));
    focusPiece(piece);
    say("Picked up " + (all.length > 1 ? all.length + " pieces" : "“" + piece.dataset.title + "”") + ", on " + slotOf(piece).dataset.name + ". Arrow keys move " +
      (all.length > 1 ? "them" : "it") + " " + { day: "by a day or a week", week: "by a day or to another person", status: "from lane to lane" }[view()] +
      ", Enter drops, Escape puts back.");
  }
  function letGo(isBack) {
    var was = held;
    held = null;
    was.froms.forEach(function (from) { from.piece.classList.remove("held"); if (isBack) putBack(from); });
    planner().classList.remove("is-moving");
    if (gripOf(was.piece)) gripOf(was.piece).removeAttribute("aria-pressed");
    mark(null);
    focusPiece(was.piece);
    return was;
  }
  function dropByKeys() {
    var slot = slotOf(held.piece), was = letGo(false), moved = was.froms.filter(function (from) { return from.slot !== slot; });
    if (!moved.length) return say("Dropped where it was.");
    return save(moved, slot);
  }
  document.addEventListener("click", function (e) {
    var grip = e.target.closest("[data-grip]");
    if (!grip || e.defaultPrevented) return;
    if (held && held.piece === pieceOf(grip)) dropByKeys(); else pickUp(pieceOf(grip));
  });
  document.addEventListener("keydown", function (e) {
    if (press && press.drag && e.key === "Escape") { release(); say("Put back."); e.preventDefault(); return; }
    if (held) carry(e); else if (!wander(e)) shortcut(e);
  });
  function carry(e) {
    var piece = held.piece;
    if (e.key === "Escape" || e.key === "Tab") {
      letGo(true);
      say("Put back. “" + piece.dataset.title + "” was not moved.");
      if (e.key === "Escape") e.preventDefault();
      return;
    }
    if (!/^Arrow/.test(e.key)) return;
    e.preventDefault();
    var slot = slotTowards(slotOf(piece), e.key);
    if (!slot) {
      say(view() === "status" ? "There is no lane on that side." : "That day is not on this page. Use “Move to…” for other days.");
      return;
    }
    held.froms.slice().reverse().forEach(function (from) { if (slot === from.slot) putBack(from); else put(from.piece, slot); });
    mark(slot);
    focusPiece(piece);
    piece.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(slot.dataset.name);
  }
  function slotTowards(slot, key) {
    if (view() === "status") {
      var step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[key];
      return step ? slot[step] : slot;
    }
    if (!slot.dataset.slot) return planner().querySelector(".day.today") || planner().querySelector(".day:not(.out)");
    var isWeek = view() === "week", owner = slot.dataset.owner, by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[key];
    if (isWeek && Math.abs(by) === 7) {
      var column = slots().filter(function (one) { return one.dataset.slot === slot.dataset.slot; });
      return column[column.indexOf(slot) + by / 7];
    }
    var day = new Date(slot.dataset.slot + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() + by);
    return slotAt(day.toISOString().slice(0, 10), isWeek ? owner : undefined);
  }

  /* Arrows without a piece in hand go from piece to piece and from day to day */
  function cardsIn(slot) { return Array.from(slot.querySelectorAll(".piece:not(.ghost)")).filter(isShown); }
  function wander(e) {
    var at = document.activeElement;
    if (!/^(Arrow|Enter|Escape)/.test(e.key) || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || !planner().contains(at)) return false;
    if (e.key === "Escape") { if (picked.size && !at.closest("details[open]")) { pick(Array.from(picked), false); return true; } return false; }
    if (view() === "list") return wanderList(e, at);
    var isSlot = at.matches(".day"), card = at.matches(".ttl, [data-grip], .pick input") ? pieceOf(at) : null;
    if (!isSlot && !card) return false;
    var slot = isSlot ? at : slotOf(card), cards = cardsIn(slot), n = card ? cards.indexOf(card) : -1;
    if (e.key === "Enter") {
      if (isSlot && cards.length) { titleOf(cards[0]).focus(); e.preventDefault(); return true; }
      return false;
    }
    e.preventDefault();
    var isDown = e.key === "ArrowDown", isUp = e.key === "ArrowUp";
    if (card && (isDown || isUp) && cards[n + (isDown ? 1 : -1)]) { titleOf(cards[n + (isDown ? 1 : -1)]).focus(); return true; }
    if (card && (isDown || isUp) && view() === "status") return true;
    var next = slotTowards(slot, e.key);
    while (next && next !== slot && !isShown(next)) next = slotTowards(next, e.key);
    if (next && next !== slot) enter(next, isUp ? "last" : "first");
    else say("There is nothing further on this page.");
    return true;
  }
  function enter(slot, which) {
    var cards = cardsIn(slot);
    if (cards.length) titleOf(cards[which === "last" ? cards.length - 1 : 0]).focus();
    else { slot.tabIndex = -1; slot.focus(); }
  }
  function wanderList(e, at) {
    var row = pieceOf(at), step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[e.key];
    if (!row || !step || !at.matches(".title a, .pick input")) return false;
    e.preventDefault();
    if (row[step]) row[step].querySelector(at.matches("input") ? ".pick input, .title a" : ".title a").focus();
    return true;
  }

  /* Single keys, with the switch of all pages (WCAG 2.1.4) */
  function shortcut(e) {
    var at = e.target, isTyping = at.isContentEditable || /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(at.type));
    if (e.defaultPrevented || e.repeat || isTyping || e.ctrlKey || e.metaKey || e.altKey || document.documentElement.dataset.keys === "off") return;
    var piece = pieceOf(document.activeElement), mine = piece && "movable" in piece.dataset ? piece : null, go = { t: "[data-today]", "[": "[data-earlier]", "]": "[data-later]" }[e.key];
    if (go && planner().querySelector(go)) planner().querySelector(go).click();
    else if (e.key === "z" && undoKey) undo();
    else if (e.key === "z" && planner().querySelector(".undoline")) planner().querySelector(".undoline").requestSubmit();
    else if (e.key === "g" && mine && gripOf(mine)) pickUp(mine);
    else if (e.key === "x" && mine) { lastPick = mine.dataset.piece; pick([lastPick], !picked.has(lastPick)); }
    else if (e.key === "a" && document.activeElement.closest("[data-slot]")) pickAll(document.activeElement.closest("[data-slot]"));
    else if (e.key === "m" && mine && mine.querySelector("details.mv")) {
      mine.querySelector("details.mv").open = true;
      mine.querySelector("details.mv form input:not([type=hidden]), details.mv form button, details.mv form a").focus();
    } else return;
    e.preventDefault();
  }

  /* "Move to…" and the form for many, without loading the page anew */
  document.addEventListener("submit", function (e) {
    var form = e.target, pressed = e.submitter, isOne = form.matches("form[data-move]");
    if (!isOne && form.id !== "bulk" && !form.matches(".undoline")) return;
    e.preventDefault();
    var body = new FormData(form), piece = pieceOf(form);
    if (pressed && pressed.name) body.set(pressed.name, pressed.value);
    if (isOne) {
      form.closest("details").open = false;
      form.closest("details").querySelector("summary").focus();
    }
    post(form.getAttribute("action"), body, function () {}, piece ? piece.id : null);
  });
  document.addEventListener("toggle", function (e) {
    if (!e.target.matches || !e.target.matches("details.mv[open]")) return;
    planner().querySelectorAll("details.mv[open]").forEach(function (one) { if (one !== e.target) one.open = false; });
  }, true);
  document.addEventListener("click", function (e) {
    if (!e.target.closest("details.mv")) planner().querySelectorAll("details.mv[open]").forEach(function (one) { one.open = false; });
  });

  ready();
}());
