"use strict";
(() => {
  const root = document.documentElement;
  const said = document.getElementById("said");
  const pages = [...document.querySelectorAll(".page")];

  // Pages: one at a time on screen; every one of them on paper and without this script.
  const named = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const show = (target) => {
    const page = (target && target.closest(".page")) || pages[0];
    pages.forEach((each) => each.classList.toggle("current", each === page));
    document.querySelectorAll("nav a.to").forEach((link) => {
      if (link.getAttribute("href") === "#" + page.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    settleRegions(page);
    return page;
  };
  const go = () => {
    const target = named();
    if (target && target.id === "main") return;
    const page = show(target);
    const landing = !target || target === page ? page.querySelector("h2") : target.querySelector("h3") || target;
    if (!landing.hasAttribute("tabindex")) landing.setAttribute("tabindex", "-1");
    landing.focus({ preventScroll: true });
    if (!target || target === page) window.scrollTo(0, 0);
    else target.scrollIntoView();
  };

  // What does not scroll is no stop for the keyboard.
  const settleRegions = (page) => {
    page.querySelectorAll(".scroll, .drawing").forEach((region) => {
      if (region.scrollWidth > region.clientWidth + 1) region.setAttribute("tabindex", "0");
      else region.removeAttribute("tabindex");
    });
  };

  // Tables: numbers as numbers, what is absent last in both directions.
  const compare = (kind) => (left, right) =>
    kind === "number" ? Number(left) - Number(right) : left.localeCompare(right, "en", { numeric: true });
  const sort = (button) => {
    const heading = button.closest("th");
    const body = heading.closest("table").tBodies[0];
    const isDown = heading.getAttribute("aria-sort") === "ascending";
    const place = heading.cellIndex;
    const value = (row) => row.cells[place].dataset.v;
    const order = compare(button.dataset.kind);
    const rows = [...body.rows];
    rows.sort((left, right) => {
      const a = value(left), b = value(right);
      if (a === "" || b === "") return (a === "" ? 1 : 0) - (b === "" ? 1 : 0);
      return isDown ? order(b, a) : order(a, b);
    });
    heading.parentElement.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    body.append(...rows);
    said.textContent = `Sorted by ${button.textContent.trim()}, ${isDown ? "descending" : "ascending"}.`;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.sort");
    if (button) sort(button);
  });
  // A definition stands on the page once; a pointer over its sign shows it.
  document.addEventListener("mouseover", (event) => {
    const sign = event.target.closest("a.info");
    if (sign && !sign.title) sign.title = document.querySelector(`[id="${sign.hash.slice(1)}"] dd`).textContent;
  });
  window.addEventListener("hashchange", go);
  window.addEventListener("resize", () => settleRegions(document.querySelector(".page.current")));
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
  });

  root.classList.add("paged");
  document.querySelectorAll("figure details").forEach((each) => { each.open = false; });
  if (location.hash.length > 1) go();
  else show(null);
})();
