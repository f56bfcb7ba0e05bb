// 어디까지 읽었는지: 차례의 표시, 첫 페이지의 ‘이어서 읽기’, 다시 풀 문제의 수.
(function () {
  "use strict";
  var memory = window.deepnote.memory;
  var FRONT = "book/index";
  var REVIEW = "book/reference/review";

  function textOf(heading) {
    var copy = heading.cloneNode(true);
    copy.querySelectorAll(".headerlink, mjx-assistive-mml").forEach(function (e) { e.remove(); });
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function isLesson(page) {
    return Boolean(page) && /^book\/(?!reference\/)[^/]+\/(?!index$)/.test(page);
  }

  // ---- 읽은 자리 ----------------------------------------------------------
  function follow() {
    var title = document.querySelector("article h1");
    if (!isLesson(memory.page) || !title) return;
    var headings = Array.prototype.slice.call(document.querySelectorAll("article section > :is(h2, h3)"));
    var shown = null, asked = document.querySelectorAll("article .quiz.question").length;

    function note() {
      var now = headings.filter(function (h) { return h.getBoundingClientRect().top < innerHeight / 2; }).pop();
      var anchor = now ? now.parentElement.id : "";
      if (anchor === shown) return;
      shown = anchor;
      memory.change(function (state) {
        state.last = { page: memory.page, anchor: anchor, title: textOf(title), part: now ? textOf(now) : "", at: Date.now() };
        state.pages[memory.page] = Object.assign({}, state.pages[memory.page], { quizzes: asked, at: Date.now() });
      });
    }

    var waiting = 0;
    // 긴 페이지를 미끄러져 내려가는 동안은 적지 않는다. 멈춘 자리가 읽는 자리다.
    window.addEventListener("scroll", function () {
      clearTimeout(waiting);
      waiting = setTimeout(note, 400);
    }, { passive: true });
    note();

    // 끝의 앞뒤 페이지 링크까지 내려오면 읽은 것이다.
    var end = document.querySelector(".prev-next-area");
    if (!end || !window.IntersectionObserver) return;
    var watch = new IntersectionObserver(function (entries) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      watch.disconnect();
      memory.change(function (state) {
        state.pages[memory.page] = Object.assign({}, state.pages[memory.page], { read: Date.now(), at: Date.now() });
      });
    });
    watch.observe(end);
  }

  // ---- 차례의 표시 --------------------------------------------------------
  // 푼 확인 문제가 있는 페이지마다, 한 번에 맞힌 것의 수.
  function solved(state) {
    var found = {};
    Object.keys(state.questions).forEach(function (id) {
      var one = state.questions[id];
      if (!one.quiz || !one.done || !one.page) return;
      found[one.page] = (found[one.page] || 0) + (one.missed ? 0 : 1);
    });
    return found;
  }

  function show(link, mark, words, css) {
    var old = link.querySelector(".toc-mark");
    if (old) old.remove();
    if (!words) return;
    var span = document.createElement("span");
    span.className = "toc-mark " + css;
    var seen = document.createElement("span");
    seen.setAttribute("aria-hidden", "true");
    seen.textContent = mark;
    var said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = " (" + words + ")";
    span.append(seen, said);
    span.title = words;
    link.appendChild(span);
  }

  function draw() {
    var state = memory.read(), counted = solved(state), due = memory.schedule().due.length;
    document.querySelectorAll(".bd-links a.reference").forEach(function (link) {
      var page = memory.pageOf(link.href);
      if (page === REVIEW) {
        show(link, String(due), due ? "오늘 풀 문제 " + due + "개" : "", "toc-due");
        return;
      }
      var entry = isLesson(page) ? state.pages[page] : null, right = counted[page], tried = right !== undefined;
      if (!entry || (!entry.read && !tried)) { show(link); return; }
      var words = [];
      if (entry.read) words.push("읽음");
      if (tried) words.push("확인 문제 " + entry.quizzes + "개 가운데 " + right + "개를 한 번에 맞힘");
      show(link, (tried ? right + "/" + entry.quizzes + " " : "") + (entry.read ? "✓" : ""), words.join(", "), entry.read ? "toc-read" : "toc-begun");
    });
  }

  // ---- 이어서 읽기 --------------------------------------------------------
  function resume() {
    var last = memory.read().last, title = document.querySelector("article h1");
    var old = document.querySelector(".resume");
    if (old) old.remove();
    if (!last || !isLesson(last.page) || !title || [FRONT, REVIEW].indexOf(memory.page) < 0) return;
    var line = document.createElement("p");
    line.className = "resume";
    var link = document.createElement("a");
    link.href = memory.addressOf(last.page, last.anchor);
    var what = document.createElement("strong");
    what.textContent = "이어서 읽기";
    link.append(what, " " + last.title + (last.part ? " · " + last.part : ""));
    line.appendChild(link);
    title.after(line);
  }

  document.addEventListener("DOMContentLoaded", function () {
    follow();
    draw();
    resume();
    document.addEventListener("deepnote:memory", function () { draw(); resume(); });
  });
})();
