// Words, numbers and prices in the shopper's language.

const KNOWN = ["en", "de", "fr", "es", "fa"];
const loaded = new Map();

/** Words and formats of one language. */
export class Locale {
  constructor(tag, words) {
    this.tag = tag;
    this.words = words;
    this.numbers = new Intl.NumberFormat(tag);
    this.percents = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0 });
    this.plurals = new Intl.PluralRules(tag);
  }

  /** The text of a key with {names} filled in; numbers are written as the language writes them. */
  text(key, values = {}) {
    let found = this.words[key] ?? key;
    if (typeof found === "object") found = found[this.plurals.select(values.count)] ?? found.other;
    return found.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.numbers.format(value) : String(value ?? "");
    });
  }

  /** A garment's name, such as "outerwear", in words; what has none is named as it is. */
  label(name) {
    return this.words.labels[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
  }

  /** A share from 0 to 1 as a percentage. */
  percent(share) {
    return this.percents.format(share);
  }

  /** A price such as "129.00 EUR" as the language writes it; `short` leaves out a fraction that is nought. */
  price(text, short = false) {
    const [, amount, currency] = /^(-?[\d.]+) ([A-Z]{3})$/.exec(text) ?? [];
    if (!currency) return text;
    const whole = short && Number.isInteger(Number(amount)) ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
    return new Intl.NumberFormat(this.tag, { style: "currency", currency, ...whole }).format(Number(amount));
  }
}

/** The locale nearest to a language tag; English where there is none. */
export async function localeOf(tag) {
  const language = tag.split("-")[0].toLowerCase();
  const name = KNOWN.includes(language) ? language : "en";
  if (!loaded.has(name)) {
    const words = fetch(new URL(`locale-${name}.json`, import.meta.url)).then((response) => {
      if (!response.ok) throw new Error(`locale-${name}.json: ${response.status}`);
      return response.json();
    });
    words.catch(() => loaded.delete(name));
    loaded.set(name, words);
  }
  let known = tag;
  try {
    Intl.getCanonicalLocales(tag);
  } catch {
    known = name;
  }
  return new Locale(name === language ? known : name, await loaded.get(name));
}
