// Takes out of a page what repeats: of the parts of one kind at one place in the tree, the first `most` stay.
//
// A kind is all that a rule of axe-core looks at: a part's name, its attributes (of some, the value as well), whether
// it holds words, whether it scrolls, whether it is a small target, and the same of everything below it. A place is the
// chain of parts above it. So rows of one template go; a row that lacks a label, has another class, or overflows stays.
(most) => {
  const VALUES = new Set(["class", "style", "role", "type", "lang", "dir", "tabindex"]);
  const LEADS = ["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"];
  const TOGETHER = "dl, tr, p, a, button, label, summary, h1, h2, h3"; // their children make sense only all together
  const SMALLEST = 24; // pixels, WCAG 2.2's least size of a target
  const named = new Set(
    LEADS.flatMap((lead) => [...document.querySelectorAll(`[${lead}]`)].flatMap((part) => part.getAttribute(lead).split(/\s+/))),
  );
  const numbers = new Map();
  const numbered = (text) => numbers.get(text) ?? (numbers.set(text, numbers.size), numbers.size - 1);
  const said = ({ name, value }) => (VALUES.has(name) || name.startsWith("aria-") && value.length < 6 ? `${name}=${value}` : name);
  const holdsWords = (part) => [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shape = (part) => {
    const scrolls = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
    if (!part.matches("a, button, input, select, summary, [tabindex]")) return scrolls;
    const box = part.getBoundingClientRect();
    return `${scrolls} ${box.width < SMALLEST} ${box.height < SMALLEST}`;
  };
  const alone = new Map(), whole = new Map(), needed = new Set();
  const read = (part) => {
    const below = [...part.children].map(read);
    if (named.has(part.id) || [...part.children].some((child) => needed.has(child))) needed.add(part);
    const own = numbered(`${part.localName} ${[...part.attributes].map(said).sort().join(" ")} ${holdsWords(part)}`);
    alone.set(part, own);
    whole.set(part, numbered(`${own} ${shape(part)} ${[...new Set(below)].sort()}`));
    return whole.get(part);
  };
  const times = new Map();
  const thin = (part, place) => {
    if (part.matches(TOGETHER)) return;
    for (const child of [...part.children]) {
      const key = `${place} ${whole.get(child)}`;
      times.set(key, (times.get(key) ?? 0) + 1);
      if (times.get(key) > most && !needed.has(child)) child.remove();
      else thin(child, `${place} ${alone.get(child)}`);
    }
  };
  read(document.body);
  thin(document.body, "");
  return document.querySelectorAll("*").length;
}
