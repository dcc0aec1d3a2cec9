// Two things that a page can do once its script runs: show what is behind a number in place, and answer "what if?".
// Everything it shows stands on a page as well; without the script, links lead there.
"use strict";

window.retransfer = (() => {
  const known = {}; // explanations by anchor, once the script of a case has told them

  /** The script of a case calls this. It is a script because a page that is opened from disk may not fetch a file. */
  function explanations(found) {
    Object.assign(known, found);
  }

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function explain(link) {
    const [page, anchor] = link.getAttribute("href").split("#");
    const name = decodeURIComponent(anchor);
    try {
      if (!(name in known)) await load(page.replace(/\.html$/, ".js"));
    } catch {
      location.href = link.href; // the page says the same
      return;
    }
    const dialog = document.getElementById("why") || made();
    dialog.querySelector(".why-body").innerHTML = known[name];
    dialog.querySelector(".why-page").href = link.href;
    dialog.setAttribute("aria-label", dialog.querySelector("h2").textContent);
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  function made() {
    const dialog = document.createElement("dialog");
    dialog.id = "why";
    dialog.innerHTML =
      '<form method="dialog"><button class="why-close" autofocus>Close</button></form>' +
      '<div class="why-body why"></div><p><a class="why-page" href="#">All numbers of this case</a></p>';
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    return dialog;
  }

  function onClick(event) {
    const link = event.target.closest("a.number");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    explain(link);
  }

  /** Least and most of q items that a hub sent: what it held of its own, and got from others, can have been in their place. */
  function origin(hub, row, stock) {
    const own = Math.max(stock, hub.required);
    return { least: Math.max(0, row.sent - hub.others - own), most: Math.min(row.came, row.sent) };
  }

  /** Least and most of each unit price; null where no prices keep within the limits and make up the sum. */
  function prices(sum, limits) {
    const lots = sum.lots.map((lot, place) => ({ count: lot.count, floor: 0, cap: Infinity, ...limits[place] }));
    const worth = (lot, price) => (lot.count && price ? lot.count * price : 0);
    const total = (end, but) => lots.reduce((all, lot, place) => all + (place === but ? 0 : worth(lot, lot[end])), 0);
    if (lots.some((lot) => lot.floor > lot.cap)) return null;
    const near = 1e-9 * Math.max(1, sum.money); // what sums of fractions may be off by in binary
    if (total("floor") > sum.money + near || total("cap") < sum.money - near) return null;
    return lots.map((lot, place) => {
      const low = Math.max(lot.floor, lot.count ? (sum.money - total("cap", place)) / lot.count : 0);
      const high = Math.min(lot.cap, lot.count ? (sum.money - total("floor", place)) / lot.count : Infinity);
      return { low, high: Math.max(low, high) };
    });
  }

  return { explanations, onClick, origin, prices };
})();

document.addEventListener("click", window.retransfer.onClick);

// On a narrow screen the menu and the list of headings lie behind two boxes to tick; Escape closes what is open.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(".sidebar-toggle:checked").forEach((box) => {
    box.checked = false;
    box.focus();
  });
});

(() => {
  const form = document.querySelector("form.whatif");
  if (!form) return;
  const data = JSON.parse(document.getElementById("whatif-data").textContent);
  const count = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 0 });
  const money = (value, currency) =>
    `${value.toLocaleString("en-GB", { minimumFractionDigits: value % 1 ? 2 : 0, maximumFractionDigits: 2 })} ${currency}`;

  function stocks(group) {
    const hub = data.hubs[Number(group.dataset.hub)];
    const exact = group.querySelector(".whatif-number");
    const slider = group.querySelector(".whatif-range");
    const says = group.querySelector(".whatif-says");
    const largest = Math.max(1, ...hub.rows.map((row) => row.sent));

    function show() {
      const wrong = exact.value === "" || !exact.validity.valid;
      exact.setAttribute("aria-invalid", String(wrong));
      const stock = Number(exact.value);
      if (!wrong) slider.value = String(Math.min(stock, hub.largest));
      let some = false;
      hub.rows.forEach((row, place) => {
        const found = wrong ? { least: 0, most: 0 } : window.retransfer.origin(hub, row, stock);
        const line = group.querySelector(`[data-row="${place}"]`);
        line.querySelector(".least").textContent = wrong ? "–" : count(found.least);
        line.querySelector(".most").textContent = wrong ? "–" : count(found.most);
        line.querySelector(".bar-least").style.inlineSize = `${(100 * found.least) / largest}%`;
        line.querySelector(".bar-most").style.inlineSize = `${(100 * found.most) / largest}%`;
        some ||= found.least > 0;
      });
      const raised = stock < hub.required ? ` It sent more than it is recorded to have got, so at least ${count(hub.required)} is taken.` : "";
      const proved = some ? "some of those it sent on must have come" : "the counts do not show that any of those it sent on came";
      says.textContent = wrong
        ? "Give a whole number, from nought to 100 million."
        : `If ${hub.party} had ${count(stock)} ${hub.item} that no record shows, ${proved} from ${hub.origin}.${raised}`;
    }

    exact.addEventListener("input", show);
    slider.addEventListener("input", () => {
      exact.value = slider.value;
      show();
    });
    return show;
  }

  function prices(group) {
    const sum = data.sums[Number(group.dataset.sum)];
    const says = group.querySelector(".whatif-says");
    const lines = [...group.querySelectorAll("[data-lot]")];
    const number = (line, name, empty) => {
      const input = line.querySelector(name);
      return input.value === "" ? empty : Number(input.value);
    };

    function show() {
      const inputs = [...group.querySelectorAll("input")];
      inputs.forEach((input) => input.setAttribute("aria-invalid", String(!input.validity.valid)));
      const wrong = inputs.some((input) => !input.validity.valid);
      const limits = lines.map((line) => ({ floor: number(line, ".floor", 0), cap: number(line, ".cap", Infinity) }));
      const found = wrong ? null : window.retransfer.prices(sum, limits);
      const none = wrong ? "–" : "no price fits";
      lines.forEach((line, place) => {
        const range = found && found[place];
        line.querySelector(".range").textContent = range ? `${money(range.low, "")}to ${money(range.high, sum.currency)}` : none;
      });
      const all = `${money(sum.money, sum.currency)} for all of it together`;
      if (wrong) says.textContent = "Give a price as a number, nought or more.";
      else if (found) says.textContent = `${all}: every price in these ranges is possible, and none is reported.`;
      else says.textContent = "No prices within these limits make up the sum. Lower what they cost at least, or raise what they cost at most.";
    }

    group.addEventListener("input", show);
    return show;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  const groups = [...form.querySelectorAll(".whatif-stock")].map(stocks);
  groups.push(...[...form.querySelectorAll(".whatif-prices")].map(prices));
  form.addEventListener("reset", () => setTimeout(() => groups.forEach((show) => show())));
  groups.forEach((show) => show());
  form.hidden = false;
  document.querySelectorAll(".whatif-still").forEach((line) => line.remove());
})();
