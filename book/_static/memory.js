// 읽은 곳과 푼 문제의 기록. 이 브라우저에만 남고 아무 데도 보내지 않는다.
(function () {
  "use strict";
  var KEY = "deepnote:memory";
  var VERSION = 1;
  var DAY = 24 * 60 * 60 * 1000;
  var STEPS = [1, 3, 7, 21]; // 틀린 문제가 돌아오는 날: 1, 3, 7, 21일 뒤
  var root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  var held = null; // 저장소를 쓸 수 없을 때 이 탭에서만 쓰는 기록
  var damaged = false;

  function empty() {
    return { version: VERSION, open: false, last: null, pages: {}, questions: {} };
  }

  function plain(value) {
    return value !== null && typeof value === "object" && !Array.isArray(value);
  }

  // 기록의 꼴을 확인한다. 아니면 까닭을 말하는 오류를 낸다.
  function checked(state) {
    if (!plain(state) || !plain(state.pages) || !plain(state.questions)) {
      throw new Error("딥노트의 기록이 아닙니다. ‘기록 내보내기’로 저장한 파일을 고르세요.");
    }
    if (state.version !== VERSION) {
      throw new Error("이 책이 읽을 수 없는 기록의 판입니다. 기대=" + VERSION + ", 받은 것=" + state.version);
    }
    [state.pages, state.questions].forEach(function (table) {
      Object.keys(table).forEach(function (name) {
        if (!plain(table[name])) throw new Error("기록의 ‘" + name + "’ 항목을 읽을 수 없습니다.");
      });
    });
    return Object.assign(empty(), state, { last: plain(state.last) ? state.last : null });
  }

  function read() {
    if (held) return held;
    var text;
    try {
      text = localStorage.getItem(KEY);
    } catch (error) {
      return (held = empty());
    }
    if (!text) return empty();
    try {
      return checked(JSON.parse(text));
    } catch (error) {
      // 읽을 수 없는 기록은 지우지 않고 옆으로 치워 둔다.
      damaged = true;
      try {
        localStorage.setItem(KEY + ":damaged", text);
        localStorage.removeItem(KEY);
      } catch (full) { /* 자리가 없으면 그대로 둔다 */ }
      return empty();
    }
  }

  function write(state) {
    if (held) { held = state; return; }
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
    } catch (error) {
      held = state;
    }
  }

  function change(edit) {
    var state = read();
    edit(state);
    write(state);
    document.dispatchEvent(new CustomEvent("deepnote:memory"));
    return state;
  }

  function midnight(time, days) {
    var day = new Date(time);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() + days);
    return day.getTime();
  }

  // 푼 결과를 적는다. 틀리면 내일 다시 나오고, 제날에 맞히면 3일, 7일, 21일 뒤로 미루다가 뺀다.
  function record(id, result) {
    var now = Date.now();
    return change(function (state) {
      var before = state.questions[id] || {};
      var entry = Object.assign({}, before, result, { at: now });
      if (result.quiz) {
        if (result.missed) {
          entry.step = 0;
          entry.due = midnight(now, STEPS[0]);
        } else if (before.due !== undefined && before.due <= now) {
          entry.step = before.step + 1;
          if (entry.step < STEPS.length) entry.due = midnight(now, STEPS[entry.step]);
          else { delete entry.step; delete entry.due; }
        }
      }
      state.questions[id] = entry;
    }).questions[id];
  }

  // 다시 풀 문제: 오늘까지 돌아온 것과 아직 오지 않은 것.
  function schedule() {
    var now = Date.now(), questions = read().questions;
    var waiting = Object.keys(questions).filter(function (id) { return questions[id].due !== undefined; });
    function pick(isDue) {
      return waiting.filter(function (id) { return (questions[id].due <= now) === isDue; })
        .map(function (id) { return Object.assign({ id: id }, questions[id]); });
    }
    return { due: pick(true), later: pick(false) };
  }

  // 내보낸 기록을 지금의 기록에 보탠다. 같은 문제는 나중에 푼 쪽을 남긴다.
  function merge(text) {
    var other;
    try {
      other = JSON.parse(text);
    } catch (error) {
      throw new Error("JSON 파일이 아니거나 잘렸습니다. ‘기록 내보내기’로 저장한 파일을 고르세요.");
    }
    other = checked(other);
    return change(function (state) {
      ["pages", "questions"].forEach(function (table) {
        Object.keys(other[table]).forEach(function (name) {
          var mine = state[table][name], theirs = other[table][name];
          if (!mine || (theirs.at || 0) > (mine.at || 0)) state[table][name] = theirs;
        });
      });
      if (other.last && (!state.last || other.last.at > state.last.at)) state.last = other.last;
      state.open = state.open || other.open;
    });
  }

  function clear() {
    held = held ? empty() : null;
    try {
      localStorage.removeItem(KEY);
      localStorage.removeItem(KEY + ":damaged");
    } catch (error) { /* 저장소가 없으면 지울 것도 없다 */ }
    document.dispatchEvent(new CustomEvent("deepnote:memory"));
  }

  // 주소를 책 안의 페이지 이름으로: …/book/softmax/softmax.html#x → book/softmax/softmax
  function pageOf(address) {
    var url = new URL(address, location.href);
    if (url.origin !== root.origin || url.pathname.indexOf(root.pathname) !== 0) return null;
    return decodeURIComponent(url.pathname.slice(root.pathname.length)).replace(/\.html$/, "") || "index";
  }

  window.deepnote = window.deepnote || {};
  window.deepnote.memory = {
    DAY: DAY,
    STEPS: STEPS,
    read: read,
    change: change,
    record: record,
    schedule: schedule,
    merge: merge,
    clear: clear,
    page: pageOf(location.href),
    pageOf: pageOf,
    addressOf: function (page, anchor) {
      return new URL(page + ".html" + (anchor ? "#" + encodeURIComponent(anchor) : ""), root).href;
    },
    exported: function () { return JSON.stringify(read(), null, 1); },
    trouble: function () {
      read();
      if (damaged) return "저장된 기록을 읽을 수 없어 따로 치워 두고 새로 시작했습니다.";
      return held ? "이 브라우저가 기록을 저장하지 못하게 막았습니다. 이 창을 닫으면 기록이 사라지니, 남기려면 ‘기록 내보내기’를 누르세요." : "";
    }
  };
})();
