// 한국어 검색: 질의에서 조사를 떼고, 색인 낱말의 일부만 같아도 찾으며, 붙여 쓴 말도 찾는다.
// %KEEP%, %JOSA%, %ALIAS%는 ko_search.py가 채운다.
var deepnoteKo = (function () {
  var JOSA = %JOSA%, KEEP = new Set(%KEEP%), ALIAS = new Map(Object.entries(%ALIAS%));

  function stem(w) {
    w = w.toLowerCase();
    if (!/[가-힣]/.test(w) || KEEP.has(w)) return w;
    var m = /^([a-z0-9_]+)([가-힣]+)$/.exec(w);
    if (m) return JOSA.includes(m[2]) ? m[1] : w;
    for (var i = 0; i < JOSA.length; i++)
      if (w.endsWith(JOSA[i]) && w.length - JOSA[i].length >= 2) return w.slice(0, -JOSA[i].length);
    return w;
  }

  // 질의를 나눈다. 띄어 쓴 질의 전체가 용어의 다른 이름이면 한 낱말로 다룬다.
  function split(query) {
    var parts = (query.match(/[\p{L}\p{N}_]+/gu) || []).map(stem);
    var whole = parts.join("");
    return parts.length > 1 && ALIAS.has(whole) ? [whole] : parts;
  }

  // 낱말 하나를 담은 문서와 점수
  function lookup(word, index) {
    var found = new Map();
    function scan(table, exact, partial) {
      function put(files, score) {
        [].concat(files).forEach(function (f) { found.set(f, Math.max(found.get(f) || 0, score)); });
      }
      if (Object.hasOwn(table, word)) put(table[word], exact);
      // 라틴 문자는 세 글자부터, 한글은 한 글자부터 부분 일치를 본다.
      if (/[가-힣]/.test(word) || word.length > 2)
        Object.keys(table).forEach(function (t) {
          if (t !== word && t.includes(word)) put(table[t], t.startsWith(word) ? partial + 1 : partial);
        });
    }
    scan(index.terms, Scorer.term, Scorer.partialTerm);
    scan(index.titleterms, Scorer.title, Scorer.partialTitle);
    return found;
  }

  function both(maps) {
    return maps.reduce(function (a, b) {
      var r = new Map();
      a.forEach(function (s, f) { if (b.has(f)) r.set(f, Math.min(s, b.get(f))); });
      return r;
    });
  }

  function search(word, index) {
    var found = lookup(word, index);
    if (ALIAS.has(word))
      both(ALIAS.get(word).map(function (w) { return lookup(w, index); })).forEach(function (s, f) {
        found.set(f, Math.max(found.get(f) || 0, s));
      });
    // 아무 데도 없으면 두 낱말로 갈라 본다(지수함수 → 지수 + 함수).
    for (var i = 2; !found.size && i <= word.length - 2; i++)
      found = both([lookup(word.slice(0, i), index), lookup(word.slice(i), index)]);
    return found;
  }

  function termsSearch(searchTerms, excludedTerms) {
    var index = Search._index, words = Array.from(searchTerms);
    if (!words.length) return [];
    var found = both(words.map(function (w) { return search(w, index); }));
    excludedTerms.forEach(function (w) {
      lookup(w, index).forEach(function (_, f) { found.delete(f); });
    });
    return Array.from(found, function (e) {
      var f = e[0];
      return [index.docnames[f], index.titles[f], "", null, e[1], index.filenames[f]];
    });
  }

  function install() {
    if (typeof Search === "undefined" || Search.deepnote) return;
    Search.deepnote = true;
    Search.performTermsSearch = termsSearch;
    // 파일로 직접 연 책에서는 브라우저가 다른 페이지를 읽지 못하게 하므로 미리보기 글을 끈다.
    if (typeof location !== "undefined" && location.protocol === "file:" &&
        typeof DOCUMENTATION_OPTIONS !== "undefined")
      DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  return { stem: stem, split: split, install: install };
})();

var splitQuery = function (query) { return deepnoteKo.split(query); };
var Stemmer = function () {
  deepnoteKo.install();
  this.stemWord = function (w) { return deepnoteKo.stem(w); };
};
