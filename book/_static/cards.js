// 카드: 용어, 식의 번호, 절의 참조에 마우스나 초점이 오면 짧은 설명을 보인다.
// 용어는 눌러서도 열고, 링크는 눌렀을 때 늘 가리키는 곳으로 간다. Esc를 누르면 닫힌다.
(function () {
  "use strict";
  var TERM = ".dn-term";
  var TRIGGER = TERM + ', a.reference.internal[href*="#"]';
  var OPEN = 150, CLOSE = 300, GAP = 6, EDGE = 8, SMALLEST = 0.6;
  var article = document.querySelector("article.bd-article");
  if (!article) return;
  var source = new URL("cards-data.js", document.currentScript.src).href;
  var root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  var reading, timer, wanted, open;

  // 글은 처음 필요할 때 읽는다. 파일로 연 책에서도 읽히도록 fetch 대신 스크립트를 쓴다.
  function read() {
    reading = reading || new Promise(function (done) {
      var script = document.createElement("script");
      script.src = source;
      script.onload = script.onerror = function () { done(window.deepnoteCards || null); };
      document.head.append(script);
    });
    return reading;
  }

  function make(className, html) {
    var element = document.createElement("span");
    element.className = className;
    element.innerHTML = html;
    return element;
  }

  function pageOf(url) {
    return decodeURIComponent(url.pathname.slice(root.pathname.length)).replace(/\.html$/, "");
  }

  // 설명(화면 낭독기가 읽는 것)과, 그 아래에 놓을 링크. 보일 것이 없으면 null이다.
  function fill(anchor, data) {
    var tip = make("dn-card-tip", ""), link = null;
    if (anchor.matches(TERM)) {
      var term = data.terms[anchor.dataset.term];
      if (!term) return null;
      var title = make("dn-card-title", "");
      title.append(term[0], " ", make("dn-card-english", ""));
      title.lastChild.textContent = term[1];
      title.lastChild.lang = "en";
      tip.append(title, make("dn-card-body", ""));
      tip.lastChild.textContent = term[2];
      link = document.createElement("a");
      link.className = "dn-card-link";
      link.href = new URL(term[3].replace(/(#|$)/, ".html$1"), root).href;
      link.innerHTML = "배우는 곳: " + data.pages[term[3].split("#")[0]];
    } else {
      var page = pageOf(anchor), target = data.targets[page + anchor.hash];
      if (!target || anchor.protocol !== location.protocol || anchor.host !== location.host) return null;
      tip.append(make("dn-card-title", target[0]));
      // 수식이 없는 페이지에는 MathJax도 없다. 그리지 못할 글은 빼고 제목만 보인다.
      var drawable = window.MathJax || !target[1].includes('class="math');
      if (target[1] && drawable) tip.append(make("dn-card-body", target[1]));
      if (data.pages[page] !== target[0] && page !== pageOf(location)) {
        tip.append(make("dn-card-place", data.pages[page]));
      }
    }
    tip.id = "dn-card-tip";
    tip.setAttribute("role", "tooltip");
    return { tip: tip, link: link };
  }

  function typeset(card) {
    var mathjax = window.MathJax;
    if (!/\\[(\[]/.test(card.textContent) || !mathjax || !mathjax.startup) return Promise.resolve();
    return mathjax.startup.promise
      .then(function () { return mathjax.typesetPromise([card]); })
      .then(function () { fit(card.querySelector(".dn-card-body")); });
  }

  // 카드보다 넓은 식은 줄여 담는다. 그래도 넘치면 화살표로 밀어 볼 수 있게 한다.
  function fit(body) {
    if (!body || body.scrollWidth <= body.clientWidth + 1) return; // 1은 반올림한 몫
    body.style.fontSize = Math.max(SMALLEST, body.clientWidth / body.scrollWidth - 0.01) + "em";
    if (body.scrollWidth > body.clientWidth + 1) body.tabIndex = 0;
  }

  // 글줄에서 나뉜 링크라면 마우스가 있는 조각 옆에 놓는다.
  function pieceOf(anchor, y) {
    var pieces = Array.from(anchor.getClientRects());
    return pieces.find(function (r) { return y >= r.top && y <= r.bottom; }) || pieces[0];
  }

  function place() {
    if (!open) return;
    var card = open.card, piece = pieceOf(open.anchor, open.y);
    if (!piece) return hide();
    var width = document.documentElement.clientWidth, height = window.innerHeight;
    var left = Math.min(piece.left, width - EDGE - card.offsetWidth);
    if (open.above === undefined) {
      var below = height - piece.bottom, needed = card.offsetHeight + GAP + EDGE;
      open.above = below < needed && piece.top > below;
    }
    card.style.left = Math.max(EDGE, left) + "px";
    card.style.top = (open.above ? piece.top - GAP - card.offsetHeight : piece.bottom + GAP) + "px";
  }

  function show(anchor, how, y) {
    wanted = anchor;
    clearTimeout(timer);
    if (open && open.anchor === anchor) {
      open.how = how;
      return;
    }
    read().then(function (data) {
      if (wanted !== anchor) return;
      var filled = data && fill(anchor, data);
      hide();
      if (!filled) return;
      wanted = anchor;
      var card = make("dn-card", "");
      card.append(filled.tip);
      if (filled.link) card.append(filled.link);
      // 바로 뒤에 두면 탭을 눌러 카드 안의 링크로 갈 수 있다.
      anchor.after(card);
      anchor.setAttribute("aria-describedby", filled.tip.id);
      if (anchor.matches(TERM)) anchor.setAttribute("aria-expanded", "true");
      open = { anchor: anchor, card: card, how: how, y: y };
      place();
      typeset(filled.tip).then(function () {
        if (open && open.card === card) {
          open.above = undefined;
          place();
        }
      });
    });
  }

  function hide() {
    wanted = null;
    clearTimeout(timer);
    if (!open) return;
    var closed = open;
    open = null;
    closed.anchor.removeAttribute("aria-describedby");
    if (closed.anchor.matches(TERM)) closed.anchor.setAttribute("aria-expanded", "false");
    if (window.MathJax && window.MathJax.typesetClear) window.MathJax.typesetClear([closed.card]);
    closed.card.remove();
  }

  function inside(element) {
    return open && element && (open.card.contains(element) || open.anchor.contains(element));
  }

  function triggerOf(event) {
    var found = event.target.closest && event.target.closest(TRIGGER);
    return found && article.contains(found) && !found.closest(".dn-card, .toctree-wrapper") ? found : null;
  }

  // 마우스: 잠깐 머물면 열고, 떠나도 카드로 옮겨 갈 동안은 열어 둔다.
  article.addEventListener("pointerover", function (event) {
    if (event.pointerType === "touch") return;
    var anchor = triggerOf(event), y = event.clientY;
    if (inside(event.target)) return clearTimeout(timer);
    if (!anchor) return;
    clearTimeout(timer);
    timer = setTimeout(function () { show(anchor, "mouse", y); }, OPEN);
  });
  article.addEventListener("pointerout", function (event) {
    if (event.pointerType === "touch") return;
    if (!open || open.how !== "mouse") clearTimeout(timer);
    else if (inside(event.target)) {
      clearTimeout(timer);
      timer = setTimeout(hide, CLOSE);
    }
    if (!open) wanted = null;
  });

  // 키보드: 초점이 오면 열고, 초점이 카드까지 떠나면 닫는다.
  article.addEventListener("focusin", function (event) {
    var anchor = triggerOf(event);
    if (anchor && anchor.matches(":focus-visible")) show(anchor, "focus");
  });
  article.addEventListener("focusout", function (event) {
    if (inside(event.target) && !inside(event.relatedTarget) && open.how !== "mouse") hide();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && (open || wanted)) {
      var back = open && open.card.contains(document.activeElement) && open.anchor;
      hide();
      if (back) {
        back.focus();
        hide(); // 초점이 돌아와도 다시 열지 않는다
      }
    } else if ((event.key === "Enter" || event.key === " ") && event.target.matches(TERM)) {
      event.preventDefault();
      toggle(event.target);
    }
  });

  // 누르기: 용어는 열고 닫는다. 다른 곳을 누르면 닫힌다.
  function toggle(anchor) {
    if (open && open.anchor === anchor && open.how !== "mouse") hide();
    else show(anchor, "press");
  }
  article.addEventListener("click", function (event) {
    var anchor = triggerOf(event);
    if (!anchor) return;
    if (anchor.matches(TERM)) toggle(anchor);
    else hide();
  });
  document.addEventListener("pointerdown", function (event) {
    if (open && !inside(event.target)) hide();
  });
  window.addEventListener("scroll", place, { passive: true });
  window.addEventListener("resize", function () {
    if (open) open.above = undefined;
    place();
  });

  // 스크립트가 없으면 용어는 보통 글이므로, 탭이 멈추는 곳은 여기서 만든다.
  article.querySelectorAll(TERM).forEach(function (term) {
    term.tabIndex = 0;
    term.setAttribute("role", "button");
    term.setAttribute("aria-expanded", "false");
  });
})();
