// ‘다시 풀 문제’: 틀린 문제를 제날에 다시 내고, 기록을 내보내고 들이고 지운다.
(function () {
  "use strict";
  var memory = window.deepnote.memory;
  var make = window.deepnote.questions.make;

  function day(time) {
    var left = Math.ceil((time - Date.now()) / memory.DAY);
    return left <= 1 ? "내일" : left + "일 뒤";
  }

  // 다른 페이지에서 온 글의 링크와 그림은 그 페이지를 기준으로 한다.
  function place(html, page) {
    var holder = make("div");
    holder.innerHTML = html;
    var base = memory.addressOf(page);
    [["a[href]", "href"], ["img[src]", "src"]].forEach(function (pair) {
      holder.querySelectorAll(pair[0]).forEach(function (e) {
        e.setAttribute(pair[1], new URL(e.getAttribute(pair[1]), base).href);
      });
    });
    return holder.firstElementChild;
  }

  function ask(entry, bank) {
    var found = bank[entry.id], item = make("div", "review-item");
    if (!found) {
      item.append(make("p", "", "이 판의 책에는 없는 문제입니다: " + entry.id + " "));
      var drop = make("button", "ask-button", "목록에서 지우기");
      drop.addEventListener("click", function () {
        memory.change(function (state) { delete state.questions[entry.id]; });
        item.remove();
      });
      item.append(drop);
      return item;
    }
    var box = place(found.html, found.page), link = make("a", "review-source", found.title);
    link.href = memory.addressOf(found.page, entry.id);
    var line = make("p", "review-line");
    line.append(link);
    item.append(line, box);
    window.deepnote.questions.setUp(box, { page: found.page, fresh: true });
    return item;
  }

  function list(root, bank) {
    var order = Object.keys(bank), plan = memory.schedule(), due = root.querySelector("[data-review=due]"), later = root.querySelector("[data-review=later]");
    due.replaceChildren();
    later.replaceChildren();
    // 같은 날에 돌아온 문제는 책의 순서대로 낸다.
    [plan.due, plan.later].forEach(function (entries) {
      entries.sort(function (a, b) { return a.due - b.due || order.indexOf(a.id) - order.indexOf(b.id); });
    });
    var trouble = memory.trouble();
    if (trouble) due.append(make("p", "review-trouble", trouble));
    if (!plan.due.length) {
      var next = plan.later.length ? day(plan.later[0].due) : "";
      due.append(make("p", "", next ? "오늘 풀 문제는 없습니다. 다음 문제는 " + next + (next === "내일" ? " 나옵니다." : "에 나옵니다.") : "틀린 문제가 없습니다. 확인 문제를 풀다가 틀리면 여기에 모입니다."));
    }
    plan.due.forEach(function (entry) { due.append(ask(entry, bank)); });
    if (!plan.later.length) later.append(make("p", "", "예정된 문제가 없습니다."));
    else {
      var items = make("ul");
      plan.later.forEach(function (entry) {
        var one = make("li"), link = make("a", "", bank[entry.id] ? bank[entry.id].title + " · " + bank[entry.id].name : entry.id);
        if (bank[entry.id]) link.href = memory.addressOf(bank[entry.id].page, entry.id);
        one.append(link, ": " + day(entry.due));
        items.append(one);
      });
      later.append(items);
    }
    if (window.MathJax && MathJax.typesetPromise) MathJax.startup.promise.then(function () { return MathJax.typesetPromise([due, later]); });
  }

  function controls(root, redraw) {
    var box = root.querySelector("[data-review=record]"), status = make("p", "ask-status");
    status.setAttribute("role", "status");
    var save = make("button", "ask-button", "기록 내보내기");
    save.addEventListener("click", function () {
      var link = make("a");
      link.href = URL.createObjectURL(new Blob([memory.exported()], { type: "application/json" }));
      link.download = "deepnote-" + new Date().toISOString().slice(0, 10) + ".json";
      link.click();
      URL.revokeObjectURL(link.href);
      status.textContent = "기록을 " + link.download + " 파일로 내보냈습니다.";
    });
    var label = make("label", "ask-button ask-file", "기록 가져오기"), file = make("input", "visually-hidden");
    file.type = "file";
    file.accept = "application/json,.json";
    label.append(file);
    file.addEventListener("change", function () {
      var chosen = file.files[0];
      if (!chosen) return;
      chosen.text().then(function (text) {
        memory.merge(text);
        status.textContent = "기록을 가져와 지금의 기록에 보탰습니다.";
        redraw();
      }).catch(function (error) { status.textContent = error.message; })
        .then(function () { file.value = ""; });
    });
    var wipe = make("button", "ask-button", "기록 모두 지우기"), sure = false;
    wipe.addEventListener("click", function () {
      if (!sure) {
        sure = true;
        wipe.textContent = "정말 모두 지우기";
        status.textContent = "읽은 곳과 푼 문제의 기록이 모두 사라집니다. 한 번 더 누르면 지웁니다.";
        return;
      }
      memory.clear();
      document.documentElement.classList.remove("dn-open");
      sure = false;
      wipe.textContent = "기록 모두 지우기";
      status.textContent = "기록을 모두 지웠습니다.";
      redraw();
    });
    var row = make("div", "ask-actions");
    row.append(save, label, wipe);
    box.replaceChildren(row, status);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var root = document.querySelector("[data-review=due]");
    if (!root) return;
    root = root.closest("article");
    var data = make("script");
    data.src = new URL("_static/questions-data.js", memory.addressOf("x").replace(/x\.html$/, "")).href;
    data.onload = function () {
      function redraw() { list(root, window.deepnote.bank); }
      redraw();
      controls(root, redraw);
    };
    data.onerror = function () {
      root.querySelector("[data-review=due]").replaceChildren(make("p", "review-trouble", "문제를 담은 파일(_static/questions-data.js)을 읽지 못했습니다. 책을 다시 빌드하거나 내려받으세요."));
    };
    document.head.append(data);
  });
})();
