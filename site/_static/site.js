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

  /** A price with so many digits (0: all), rounded up or down, and no parts of a cent. */
  function significant(value, digits, up) {
    if (!value || !digits) return value;
    const known = Number(value.toPrecision(12)); // further digits may be those of binary fractions
    const place = Math.max(Math.floor(Math.log10(known)) - digits + 1, -2);
    const steps = Number((place < 0 ? known * 10 ** -place : known / 10 ** place).toPrecision(12));
    const whole = up ? Math.ceil(steps) : Math.floor(steps);
    return place < 0 ? whole / 10 ** -place : whole * 10 ** place;
  }

  /** Least and most of each unit price; null where no prices keep within the limits and make up the sum. */
  function prices(sum, limits) {
    const lots = sum.lots.map((lot, place) => ({ count: lot.count, floor: 0, cap: Infinity, ...limits[place] }));
    const worth = (lot, price) => (lot.count && price ? lot.count * price : 0);
    const total = (end, but) => lots.reduce((all, lot, place) => all + (place === but ? 0 : worth(lot, lot[end])), 0);
    if (lots.some((lot) => lot.floor > lot.cap)) return null;
    const near = 1e-9 * Math.max(1, sum.money); // what sums of fractions may be off by in binary
    const left = (end, place) => (sum.money - total(end, place)) / lots[place].count;
    // A limit that is the exact one as it is printed stands for that.
    const highest = (lot, place) => lot.count && left("floor", place) > 0 && lot.floor <= significant(left("floor", place), sum.digits, true);
    const lowest = (lot, place) => lot.count && lot.cap < Infinity && left("cap", place) > -Infinity && lot.cap >= significant(left("cap", place), sum.digits, false);
    if (total("floor") > sum.money + near && !lots.some(highest)) return null;
    if (total("cap") < sum.money - near && !lots.some(lowest)) return null;
    return lots.map((lot, place) => {
      const kept = (price) => Math.max(lot.floor, Math.min(lot.cap, price));
      return { low: kept(lot.count ? left("cap", place) : 0), high: kept(lot.count ? left("floor", place) : Infinity) };
    });
  }

  /** A price or its limits in words, as all pages print them. */
  function printed({ low, high }, sum) {
    const cents = (value) => (value % 1 ? 2 : 0);
    const plain = (value) => value.toLocaleString("en-GB", { minimumFractionDigits: cents(value), maximumFractionDigits: cents(value) });
    const money = (value) => {
      const [scale, word] = [[1e9, " billion"], [1e6, " million"]].find(([scale]) => value >= scale && value % (scale / 100) === 0) || [1, ""];
      const number = word ? (value / scale).toLocaleString("en-GB", { maximumFractionDigits: 2 }) : plain(value);
      return `${number}${word} ${sum.words}`;
    };
    const about = (value, shown) => `${Math.abs(shown - value) > 1e-10 * shown ? "about " : ""}${money(shown)}`;
    const least = low < 0.01 ? "" : about(low, significant(low, sum.digits, false));
    if (high === Infinity) return least ? `at least ${least}` : low ? `more than 0 ${sum.words}` : "an unknown sum";
    if (high < 0.01) return high ? `less than 0.01 ${sum.words}` : money(0);
    if (Math.abs(high - low) <= 1e-12 * high) {
      const [down, up] = [significant(high, sum.digits, false), significant(high, sum.digits, true)];
      return about(high, high - down < up - high ? down : up);
    }
    const most = about(high, significant(high, sum.digits, true));
    return least ? `${least} to ${most}` : `at most ${most}`;
  }

  return { explanations, onClick, origin, prices, printed };
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
        ? `Give a whole number, from nought to ${count(Number(exact.max))}.`
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
        line.querySelector(".range").textContent = range ? window.retransfer.printed(range, sum) : none;
      });
      const all = `${sum.says} for all of it together`;
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
