// 책의 작은 동작: 인쇄할 때 접힌 상자 펼치기, 넘치는 수식·표를 키보드로 넘기기
(function () {
  "use strict";
  var opened = [];
  function expand() {
    // 식을 검증한 방법은 종이에 싣지 않는다.
    document.querySelectorAll("article details:not([open], .equation-mark)").forEach(function (d) {
      d.open = true;
      opened.push(d);
    });
  }
  function restore() {
    opened.splice(0).forEach(function (d) { d.open = false; });
  }
  window.addEventListener("beforeprint", expand);
  window.addEventListener("afterprint", restore);
  window.matchMedia("print").addEventListener("change", function (e) {
    if (e.matches) expand(); else restore();
  });

  // 수식 안의 한글은 본문 글꼴로 재고 그린다. 글꼴이 오기 전에 재면 글자 사이가 벌어진다.
  if (window.MathJax && document.fonts) {
    var startup = (window.MathJax.startup = window.MathJax.startup || {});
    startup.pageReady = function () {
      var text = Array.from(document.querySelectorAll(".math"), function (e) { return e.textContent; }).join("");
      var face = '1em "Pretendard Variable"';
      return document.fonts.load(face, text || " ").catch(function () {}).then(function () {
        return window.MathJax.startup.defaultPageReady();
      });
    };
  }

  // 묶은 말이 줄보다 길면 다시 풀어 준다.
  function loosen() {
    document.querySelectorAll("article .nobr").forEach(function (e) {
      e.style.whiteSpace = "";
      var block = e.closest("p, li, td, th, dd, summary, figcaption, h1, h2, h3") || e.parentElement;
      if (e.offsetWidth > block.clientWidth) e.style.whiteSpace = "normal";
    });
  }

  // 가로로 넘치는 곳만 탭으로 멈추게 한다(화살표로 밀어 볼 수 있다).
  function mark() {
    loosen();
    document.querySelectorAll("article :is(div.math, .pst-scrollable-table-container, .output, pre)").forEach(function (e) {
      if (e.scrollWidth > e.clientWidth + 1) {
        e.tabIndex = 0;
        if (e.matches("div.math") && !e.hasAttribute("role")) {
          e.setAttribute("role", "group");
          e.setAttribute("aria-label", "가로로 밀어 보는 수식");
        }
      } else if (e.matches("div.math")) {
        e.removeAttribute("tabindex");
        e.removeAttribute("role");
        e.removeAttribute("aria-label");
      }
    });
  }
  window.addEventListener("load", function () {
    var ready = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(ready).then(mark, mark);
    window.addEventListener("resize", mark);
  });

  // 주소가 접힌 상자나 가려 둔 글 안을 가리키면 펼친다.
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var e = target; e; e = e.parentElement) {
      if (e.tagName === "DETAILS") e.open = true;
      if (e.matches("section, h1, h2, h3, h4")) continue; // 제목부터는 가리지 않는다
      // 예상을 적지 않아 가려 둔 글이면, 출력은 두고 글만 보인다.
      for (var b = e.previousElementSibling; b; b = b.previousElementSibling) if (b.matches(".predict")) b.classList.add("passed");
    }
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  if (location.hash) window.addEventListener("load", reveal);
})();
