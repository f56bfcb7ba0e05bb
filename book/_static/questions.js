// 답을 기다리는 물음: 고르거나 적은 다음에야 이유와 출력이 보인다.
(function () {
  "use strict";
  var memory = window.deepnote.memory;
  var page = document.documentElement;
  var MAX_TRIES = 2; // 두 번 틀리면 풀이를 모두 연다
  var count = 0;

  function make(tag, css, text) {
    var node = document.createElement(tag);
    if (css) node.className = css;
    if (text) node.textContent = text;
    if (tag === "button") node.type = "button";
    return node;
  }

  function all(root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  }

  // ---- 사람이 적은 수 ----------------------------------------------------
  var SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  var FORMS = "0.25, 1/4, 25%, 2.5e-3처럼 적을 수 있습니다.";

  // ‘약 2,260번’, ‘1/4’, ‘25%’, ‘2.5×10⁻³’을 읽는다. 읽지 못하면 까닭(글)을 반환한다.
  function readNumber(text, unit) {
    var t = text.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, function (run) {
      return "^" + run.replace(/⁻/g, "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, function (d) { return SUPER.indexOf(d); });
    }).normalize("NFKC").replace(/[−–—]/g, "-").replace(/\s/g, "").replace(/^(약|≈|=)/, "");
    t = t.replace(/[가-힣]+$/, ""); // ‘번’, ‘배’ 같은 단위
    if (/,/.test(t) && !/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?%?$/.test(t)) return "소수점은 마침표(.)로 적어 주세요. " + FORMS;
    t = t.replace(/,/g, "");
    var percent = /%p?$/.test(t);
    t = t.replace(/%p?$/, "").replace(/[×x*·]10\^?/i, "e").replace(/^(-?)10\^/, "$11e");
    var parts = t.split("/");
    if (parts.length > 2 || !parts.every(function (p) { return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(p); })) {
      return (/\d[-+*/^]/.test(t) ? "계산식이 아니라 계산한 수를 적어 주세요. " : "수로 적어 주세요. ") + FORMS;
    }
    var value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
    var decimals = parts.length === 1 && !/e/i.test(t) ? (t.split(".")[1] || "").length : 0;
    if (percent && unit !== "%") { value /= 100; decimals += 2; }
    return isFinite(value) ? { value: value, decimals: decimals } : "0으로 나눌 수는 없습니다. " + FORMS;
  }

  // 적은 수와 맞는 보기. 허용 오차를 따로 정하지 않았으면, 소수 둘째 자리 아래에서 반올림한 것도 같은 수로 본다.
  function matching(number, reasons) {
    function near(reason, slack) {
      var value = Number(reason.dataset.value);
      return Math.abs(number.value - value) <= Number(reason.dataset.tolerance) + slack + 1e-9 * Math.max(1, Math.abs(value));
    }
    var exact = reasons.filter(function (reason) { return near(reason, 0); })[0];
    if (exact || number.decimals < 2) return exact;
    var rounded = 0.5 * Math.pow(10, -number.decimals);
    return reasons.filter(function (reason) {
      return reason.dataset.tolerance === "0.0" && near(reason, rounded);
    })[0];
  }

  // ---- 물음 하나 ----------------------------------------------------------
  function Question(box, options) {
    this.box = box;
    this.id = box.dataset.question;
    this.kind = box.dataset.kind;
    this.group = box.closest(".predict");
    this.key = (this.group || box).querySelector(":scope > details.key");
    this.home = (options && options.page) || memory.page;
    this.list = this.key.querySelector(":scope > .box-content > .reasons");
    this.reasons = this.list ? all(this.list, ":scope > .reason") : [];
    this.choices = all(box, ".choices > .choice");
    this.wrong = [];
    this.tries = 0;
    this.done = false;
    this.build();
    if (!options || !options.fresh) this.restore();
  }

  Question.prototype.isPredict = function () { return Boolean(this.group); };

  Question.prototype.reasonAt = function (place) {
    return this.reasons.filter(function (reason) { return reason.dataset.place === String(place); })[0];
  };

  Question.prototype.build = function () {
    var self = this;
    var form = (this.form = make("form", "ask"));
    var fields = (this.fields = make("fieldset", "ask-fields"));
    var title = this.box.querySelector(".admonition-title");
    title.id = title.id || "ask-" + ++count;
    fields.setAttribute("aria-labelledby", title.id);
    this.badge = make("span", "ask-badge");
    title.appendChild(this.badge);
    this.status = make("p", "ask-status");
    this.status.setAttribute("role", "status");
    this.feedback = make("ul", "reasons ask-feedback");
    this.feedback.hidden = true;
    form.noValidate = true;
    var list = this.box.querySelector(".choices");
    (list ? list.parentNode : this.key.parentNode === this.box ? this.box.querySelector(".box-body") : this.box).appendChild(form);
    if (list) fields.appendChild(list);
    if (this.kind === "write") this.buildText();
    else if (this.kind === "number") this.buildNumber();
    else if (this.kind === "order") this.buildOrder();
    else this.buildRadios();
    form.appendChild(fields);
    this.actions = make("div", "ask-actions");
    this.submit = make("button", "ask-button ask-check", this.isPredict() ? "결과 보기" : "확인");
    this.submit.type = "submit";
    this.show = make("button", "ask-button", "풀이 보기");
    this.again = make("button", "ask-button", "다시 풀기");
    this.again.hidden = true;
    this.actions.appendChild(this.submit);
    if (this.isPredict()) this.buildGate();
    else this.actions.appendChild(this.show);
    this.actions.appendChild(this.again);
    form.appendChild(this.actions);
    form.appendChild(this.status);
    form.appendChild(this.feedback);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      self.check();
      self.keepFocus();
    });
    this.show.addEventListener("click", function () { self.giveUp(); self.keepFocus(); });
    this.again.addEventListener("click", function () { self.reset(); });
    this.scatter();
  };

  Question.prototype.buildRadios = function () {
    var self = this;
    this.choices.forEach(function (choice) {
      var label = make("label", "choice-label"), radio = make("input");
      radio.type = "radio";
      radio.name = self.id;
      radio.value = choice.dataset.place;
      label.appendChild(radio);
      while (choice.firstChild) label.appendChild(choice.firstChild);
      choice.appendChild(label);
      radio.addEventListener("change", function () { self.say(""); });
    });
  };

  Question.prototype.buildText = function () {
    var label = make("label", "ask-label", "내 예상");
    this.input = make("textarea", "ask-text");
    this.input.rows = 2;
    label.appendChild(this.input);
    this.fields.appendChild(label);
  };

  Question.prototype.buildNumber = function () {
    var label = make("label", "ask-label ask-label-number", this.isPredict() ? "내 예상" : "답");
    this.input = make("input", "ask-number");
    this.input.type = "text";
    this.input.autocomplete = "off";
    label.appendChild(this.input);
    if (this.box.dataset.unit) label.appendChild(make("span", "ask-unit", this.box.dataset.unit));
    this.fields.appendChild(label);
  };

  Question.prototype.buildOrder = function () {
    var self = this;
    this.choices.forEach(function (choice) {
      var text = choice.querySelector(".choice-text").textContent;
      var buttons = make("span", "choice-moves");
      [["위로", "↑", -1], ["아래로", "↓", 1]].forEach(function (move) {
        var button = make("button", "choice-move", move[1]);
        button.setAttribute("aria-label", move[0] + ": " + text);
        button.addEventListener("click", function () { self.move(choice, move[2], button); });
        buttons.appendChild(button);
      });
      choice.appendChild(buttons);
    });
    this.renumber();
  };

  Question.prototype.ordered = function () { return all(this.box, ".choices > .choice"); };

  Question.prototype.move = function (choice, by, button) {
    var now = this.ordered(), place = now.indexOf(choice), next = now[place + by];
    choice.parentNode.insertBefore(by < 0 ? choice : next, by < 0 ? next : choice);
    this.renumber();
    (button.disabled ? choice.querySelector("button:not(:disabled)") : button).focus();
    this.say(place + by + 1 + "번째로 옮겼습니다.");
  };

  Question.prototype.renumber = function () {
    this.ordered().forEach(function (choice, place, list) {
      choice.querySelector(".choice-mark").textContent = place + 1;
      var moves = all(choice, ".choice-move");
      moves[0].disabled = place === 0;
      moves[1].disabled = place === list.length - 1;
    });
  };

  Question.prototype.buildGate = function () {
    var self = this;
    this.gate = make("button", "ask-link");
    this.gate.addEventListener("click", function () {
      var open = memory.change(function (state) { state.open = !state.open; }).open;
      page.classList.toggle("dn-open", open);
      self.say(open ? "이제 출력이 처음부터 보입니다. 답은 접혀 있습니다." : "이제 출력과 이어지는 글은 예상을 적은 뒤에 보입니다.");
    });
    this.actions.appendChild(this.gate);
    function name() {
      self.gate.textContent = memory.read().open ? "미리 보지 않기 켜기" : "미리 보지 않기 끄기";
    }
    document.addEventListener("deepnote:memory", name);
    name();
  };

  // 누른 것이 사라지거나 잠기면 초점을 바로 옆의 단추로 옮긴다.
  Question.prototype.keepFocus = function () {
    if (!this.form.contains(document.activeElement) || document.activeElement.disabled) {
      (this.done ? this.again : this.submit).focus({ preventScroll: true });
    }
  };

  Question.prototype.say = function (text) { this.status.textContent = text; };

  // 이유를 저마다의 보기 밑으로 옮겨 두고 가린다.
  Question.prototype.scatter = function () {
    var self = this;
    if (this.kind === "number" || this.kind === "write") return;
    this.choices.forEach(function (choice) {
      var reason = self.reasonAt(choice.dataset.place);
      if (!reason) return;
      var slot = choice.querySelector(".reasons") || choice.appendChild(make("ul", "reasons"));
      slot.appendChild(reason);
    });
  };

  // 이유를 풀이로 되돌린다(인쇄할 때).
  Question.prototype.gather = function () {
    var self = this;
    this.reasons.forEach(function (reason) { self.list.appendChild(reason); });
  };

  Question.prototype.picked = function () {
    var radio = this.fields.querySelector("input[type=radio]:checked");
    return radio && !radio.disabled ? radio.value : null;
  };

  Question.prototype.check = function () {
    if (this.done) return;
    if (this.kind === "write") {
      if (!this.input.value.trim()) { this.say("한 줄이라도 적은 다음 결과를 보세요."); this.input.focus(); return; }
      this.finish(true, "적은 예상과 결과를 비교해 보세요.");
      return;
    }
    if (this.kind === "number") { this.checkNumber(); return; }
    if (this.kind === "order") { this.checkOrder(); return; }
    var place = this.picked();
    if (place === null) { this.say("보기를 하나 고르세요."); return; }
    var right = this.isRight(place);
    this.mark(place, right);
    if (this.isPredict()) this.finish(right, right ? "예상이 맞았습니다." : "예상과 결과가 다릅니다. 고른 보기의 이유와 답을 읽어 보세요.");
    else this.settle(right, "고른 보기의 이유를 읽고 다시 골라 보세요.");
  };

  Question.prototype.isRight = function (place) {
    return this.key.querySelector(".key-answer").dataset.place === String(place);
  };

  Question.prototype.mark = function (place, right) {
    var choice = this.choices[place], reason = choice.querySelector(".reason");
    choice.classList.add(right ? "right" : "wrong");
    choice.querySelector("input").checked = true;
    choice.querySelector("input").disabled = true;
    this.tell(choice, right ? "맞음" : "틀림");
    if (reason) reason.classList.add("shown");
    if (!right) this.wrong.push(String(place));
  };

  Question.prototype.tell = function (choice, words) {
    if (!choice.querySelector(".choice-verdict")) choice.querySelector(".choice-label").appendChild(make("span", "choice-verdict", words));
  };

  Question.prototype.checkNumber = function () {
    var unit = this.box.dataset.unit || "", number = readNumber(this.input.value, unit);
    if (typeof number === "string") {
      this.say(number);
      this.input.focus();
      return;
    }
    var reason = matching(number, this.reasons), right = Boolean(reason) && this.isRight(reason.dataset.place);
    this.gather();
    if (reason) this.feedback.appendChild(reason);
    this.feedback.hidden = !reason;
    if (this.isPredict()) this.finish(right, right ? "예상이 맞았습니다." : "예상과 결과가 다릅니다. 답을 읽어 보세요.");
    else this.settle(right, reason ? "아래의 이유를 읽고 다시 계산해 보세요." : "자주 나오는 오답은 아닙니다. 식에 넣은 수부터 다시 확인해 보세요.");
  };

  Question.prototype.checkOrder = function () {
    var now = this.ordered();
    var first = now.map(function (choice) { return Number(choice.dataset.place); })
      .findIndex(function (place, at) { return place !== at; });
    now.forEach(function (choice) { choice.classList.remove("wrong"); });
    this.reasons.forEach(function (reason) { reason.classList.remove("shown"); });
    if (first >= 0) {
      now[first].classList.add("wrong");
      var reason = now[first].querySelector(".reason");
      if (reason) reason.classList.add("shown");
    }
    this.settle(first < 0, first > 0 ? "앞의 " + first + "줄은 맞습니다. " + (first + 1) + "번째 줄을 다시 생각해 보세요." : "첫 줄부터 다시 생각해 보세요.");
  };

  // 확인 문제: 맞히면 끝나고, 틀리면 한 번 더 기회가 있다.
  Question.prototype.settle = function (right, hint) {
    this.tries += 1;
    var limit = Math.min(MAX_TRIES, Math.max(1, this.choices.length - 1));
    if (this.kind === "number") limit = MAX_TRIES;
    if (right) this.finish(true, this.tries === 1 ? "맞았습니다." : "이번에는 맞았습니다.");
    else if (this.tries >= limit) this.finish(false, "틀렸습니다. 풀이를 모두 열었습니다.");
    else {
      this.say("틀렸습니다. " + hint);
      this.remember(false);
    }
  };

  Question.prototype.giveUp = function () {
    if (this.done) return;
    this.tries += 1;
    this.finish(false, "풀이를 열었습니다. 내일 ‘다시 풀 문제’에서 한 번 더 만납니다.");
  };

  Question.prototype.finish = function (right, words) {
    this.done = true;
    this.right = right;
    this.reveal(true);
    this.say(words);
    this.remember(true);
  };

  Question.prototype.reveal = function (unfold) {
    var self = this;
    this.box.classList.add("done");
    if (this.group) {
      this.group.classList.add("open");
      window.dispatchEvent(new Event("resize")); // 가려 두었던 글의 폭을 다시 잰다
    }
    this.key.classList.add("shown");
    this.key.open = unfold;
    if (this.kind === "number" && !this.isPredict()) { this.gather(); this.feedback.hidden = true; }
    this.reasons.forEach(function (reason) { reason.classList.add("shown"); });
    this.choices.forEach(function (choice) {
      var radio = choice.querySelector("input");
      if (radio) radio.disabled = true;
      if (radio && self.isRight(choice.dataset.place)) { choice.classList.add("right"); self.tell(choice, "정답"); }
      all(choice, "button").forEach(function (button) { button.disabled = true; });
    });
    if (this.input) this.input.readOnly = true;
    this.submit.hidden = this.show.hidden = true;
    this.again.hidden = false;
    this.badge.textContent = this.kind === "write" ? "적음" : this.right && this.tries <= 1 ? "맞힘" : this.right ? "두 번째에 맞힘" : "다시 볼 문제";
    if (this.isPredict() && this.kind !== "write") this.badge.textContent = this.right ? "맞힘" : "예상과 다름";
    this.box.classList.toggle("missed", !(this.right && this.tries <= 1));
  };

  Question.prototype.remember = function (done) {
    var result = {
      page: this.home, done: done, right: Boolean(this.right), tries: this.tries, wrong: this.wrong,
      text: this.input ? this.input.value : undefined, quiz: !this.isPredict()
    };
    // 두 번째에 맞힌 문제도 다시 나온다.
    result.missed = result.quiz && (!done || !this.right || this.tries > 1);
    memory.record(this.id, result);
  };

  Question.prototype.restore = function () {
    var entry = memory.read().questions[this.id], self = this;
    if (!entry) return;
    this.tries = entry.tries || 0;
    this.right = Boolean(entry.right);
    (entry.wrong || []).forEach(function (place) { if (self.choices[place]) self.mark(place, false); });
    if (this.input && entry.text) this.input.value = entry.text;
    if (!entry.done) return;
    this.done = true;
    if (this.right && this.fields.querySelector("input[type=radio]")) {
      this.choices.forEach(function (choice) {
        if (self.isRight(choice.dataset.place)) self.mark(choice.dataset.place, true);
      });
    }
    this.reveal(this.isPredict());
  };

  Question.prototype.reset = function () {
    this.done = this.right = false;
    this.tries = 0;
    this.wrong = [];
    this.box.classList.remove("done", "missed");
    if (this.group) this.group.classList.remove("open");
    this.key.classList.remove("shown");
    this.key.open = false;
    this.badge.textContent = "";
    this.choices.forEach(function (choice) {
      choice.classList.remove("right", "wrong");
      all(choice, "input, button").forEach(function (control) { control.disabled = false; control.checked = false; });
      all(choice, ".choice-verdict").forEach(function (told) { told.remove(); });
    });
    this.reasons.forEach(function (reason) { reason.classList.remove("shown"); });
    if (this.kind === "order") {
      this.choices.forEach(function (choice) { choice.parentNode.appendChild(choice); }); // 처음에 섞인 순서
      this.renumber();
    }
    this.feedback.hidden = true;
    if (this.list) this.gather();
    this.scatter();
    if (this.input) { this.input.readOnly = false; this.input.value = ""; }
    this.submit.hidden = this.show.hidden = false;
    this.again.hidden = true;
    this.say("");
    (this.input || this.fields.querySelector("input, button")).focus();
  };

  // ---- 인쇄: 확인 문제의 풀이는 글의 맨 끝에 모은다 -------------------------
  var questions = [], answers = null;

  function toPaper() {
    if (answers) return;
    answers = make("section", "print-answers");
    answers.appendChild(make("h2", "", "확인 문제의 풀이"));
    questions.forEach(function (question) {
      if (question.list) question.gather();
      if (question.isPredict() || !question.box.isConnected) return;
      var name = question.box.querySelector(".admonition-title .caption-number");
      answers.appendChild(make("h3", "", name ? name.textContent.trim() : "확인 문제"));
      question.wasOpen = question.key.open;
      question.key.open = true;
      answers.appendChild(question.key);
    });
    if (answers.children.length > 1) (document.querySelector("article") || document.body).appendChild(answers);
  }

  function toScreen() {
    if (!answers) return;
    questions.forEach(function (question) {
      if (!question.isPredict() && question.key.parentNode === answers) {
        question.box.appendChild(question.key);
        question.key.open = question.wasOpen;
      }
      question.scatter();
    });
    answers.remove();
    answers = null;
  }

  function setUp(box, options) {
    var question = new Question(box, options);
    questions.push(question);
    return question;
  }

  window.deepnote.questions = { setUp: setUp, readNumber: readNumber, make: make };
  // 스크립트가 돌 때만 가린다. 그리지 못하면 모두 보인다.
  page.classList.add("dn-js");
  page.classList.toggle("dn-open", Boolean(memory.read().open));
  document.addEventListener("DOMContentLoaded", function () {
    try {
      all(document, "article .question").forEach(function (box) { setUp(box); });
    } catch (error) {
      page.classList.remove("dn-js");
      throw error;
    }
    document.dispatchEvent(new CustomEvent("deepnote:questions"));
  });
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  window.matchMedia("print").addEventListener("change", function (event) {
    if (event.matches) toPaper(); else toScreen();
  });
})();
