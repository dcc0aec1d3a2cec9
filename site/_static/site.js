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
    if (total("floor") > sum.money || total("cap") < sum.money) return null;
    return lots.map((lot, place) => ({
      low: Math.max(lot.floor, lot.count ? (sum.money - total("cap", place)) / lot.count : 0),
      high: Math.min(lot.cap, lot.count ? (sum.money - total("floor", place)) / lot.count : Infinity),
    }));
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

  function stocks() {
    const { hub } = data;
    const exact = form.querySelector("#whatif-stock");
    const slider = form.querySelector("#whatif-range");
    const says = form.querySelector(".whatif-stock .whatif-says");
    const largest = Math.max(...hub.rows.map((row) => row.sent));

    function show() {
      const stock = Number(exact.value);
      const wrong = exact.value === "" || !Number.isInteger(stock) || stock < 0 || stock > 1e8;
      exact.setAttribute("aria-invalid", String(wrong));
      if (wrong) {
        says.textContent = "Give a whole number, from nought to 100 million.";
        form.querySelectorAll(".least, .most").forEach((cell) => { cell.textContent = "–"; });
        form.querySelectorAll(".bar-least, .bar-most").forEach((bar) => { bar.style.inlineSize = "0"; });
        return;
      }
      slider.value = String(Math.min(stock, hub.largest));
      let none = 0;
      hub.rows.forEach((row, place) => {
        const found = window.retransfer.origin(hub, row, stock);
        const line = form.querySelector(`[data-row="${place}"]`);
        line.querySelector(".least").textContent = count(found.least);
        line.querySelector(".most").textContent = count(found.most);
        line.querySelector(".bar-least").style.inlineSize = `${(100 * found.least) / largest}%`;
        line.querySelector(".bar-most").style.inlineSize = `${(100 * found.most) / largest}%`;
        none += found.least ? 0 : 1;
      });
      const raised = stock < hub.required ? ` It sent more than it is recorded to have got, so at least ${count(hub.required)} is taken.` : "";
      const proved = none === hub.rows.length ? "the counts do not show that any of those it sent on came" : "some of those it sent on must have come";
      says.textContent = `If ${hub.party} had ${count(stock)} ${hub.item} that no record shows, ${proved} from ${hub.origin}.${raised}`;
    }

    exact.value = String(hub.stock);
    exact.addEventListener("input", show);
    slider.addEventListener("input", () => {
      exact.value = slider.value;
      show();
    });
    form.addEventListener("reset", () =>
      setTimeout(() => {
        exact.value = String(hub.stock);
        document.querySelectorAll(".whatif-prices").forEach((group) => group.dispatchEvent(new Event("input")));
        show();
      }),
    );
    show();
  }

  function sums() {
    form.querySelectorAll(".whatif-prices").forEach((group) => {
      const sum = data.sums[Number(group.dataset.sum)];
      const says = group.querySelector(".whatif-says");
      const number = (line, name, empty) => {
        const input = line.querySelector(name);
        return input.value === "" ? empty : Number(input.value);
      };

      function show() {
        const lines = [...group.querySelectorAll("[data-lot]")];
        const limits = lines.map((line) => ({ floor: number(line, ".floor", 0), cap: number(line, ".cap", Infinity) }));
        const wrong = limits.some((limit) => !(limit.floor >= 0) || !(limit.cap >= 0));
        const found = wrong ? null : window.retransfer.prices(sum, limits);
        lines.forEach((line, place) => {
          const range = found && found[place];
          line.querySelector(".range").textContent = range
            ? `${money(range.low, "")}to ${money(range.high, sum.currency)}`
            : "no price fits";
        });
        says.textContent = found
          ? `${money(sum.money, sum.currency)} for all of it together: every price in these ranges is possible, and none is reported.`
          : "No prices within these limits make up the sum. Lower what they cost at least, or raise what they cost at most.";
      }

      group.addEventListener("input", show);
      show();
    });
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  if (data.hub) stocks();
  if (data.sums.length) sums();
  form.hidden = false;
  document.querySelectorAll(".whatif-still").forEach((line) => line.remove());
})();
