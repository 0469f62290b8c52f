const KEPT = 500;
const time = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

/** An element with a class and a text. */
export function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** What was said in one room, as lines of a list that is shown while somebody looks at the room. */
export class Conversation {
  #lines = []; // { at, id, node }: in order
  #list = null;

  /** The lines go to this list from now on; to none for null. */
  show(list) {
    this.#list = list;
    if (!list) return;
    list.replaceChildren(...this.#lines.map(({ node }) => node));
    list.scrollTop = list.scrollHeight;
  }

  /** The sequence of the oldest message; undefined where there is none. */
  get oldest() {
    return this.#lines.find(({ at }) => at > 0 && at < Infinity)?.at;
  }

  /** Somebody has said something. In place of what was pending by its id. */
  said(message, yours) {
    this.#drop(message.id);
    const node = element("li", yours ? "said yours" : "said");
    const when = element("time", "", time.format(new Date(message.timestamp)));
    when.dateTime = message.timestamp;
    node.append(element("span", "from", message.from), when, element("p", "text", message.text));
    this.#put({ at: message.sequence, id: message.id, node });
  }

  /** What is not known to have been heard. */
  pending(id, text) {
    const node = element("li", "said yours pending");
    node.append(element("span", "from", "sending …"), element("p", "text", text));
    this.#put({ at: Infinity, id, node });
  }

  /** What was pending is refused. */
  refused(id, why) {
    const line = this.#lines.find((one) => one.id === id);
    line?.node.classList.add("refused");
    line?.node.firstChild.replaceWith(element("span", "from", `not sent: ${why}`));
  }

  /** Something that nobody said. */
  note(text) {
    const newest = this.#lines.findLast(({ at }) => at < Infinity)?.at ?? 0;
    this.#put({ at: newest, id: null, node: element("li", "note", text) });
  }

  #drop(id) {
    const at = this.#lines.findIndex((one) => one.id === id);
    if (at >= 0) this.#lines.splice(at, 1)[0].node.remove();
  }

  #put(line) {
    const after = this.#lines.findLastIndex(({ at }) => at <= line.at) + 1;
    const next = this.#lines[after]?.node ?? null;
    this.#lines.splice(after, 0, line);
    if (this.#list) {
      const { scrollHeight, scrollTop, clientHeight } = this.#list;
      const fromEnd = scrollHeight - scrollTop;
      this.#list.insertBefore(line.node, next);
      const follows = fromEnd - clientHeight < 40;
      if (follows || after === 0) this.#list.scrollTop = this.#list.scrollHeight - (follows ? 0 : fromEnd);
    }
    // Those who scroll up to what is old may have it; else the oldest goes.
    if (this.#lines.length > KEPT && after > 0) this.#lines.shift().node.remove();
  }
}
