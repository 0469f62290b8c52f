import { Conversation, element } from "./conversation.js";

/** The rooms that one is in: their conversations, members and what is new; one of them is looked at. */
export class Rooms {
  #rooms = new Map(); // by name: { conversation, members, news, item }
  #current = "";
  #onSelect;

  /** @param onSelect is told of the room that is looked at from now on */
  constructor(onSelect) {
    this.#onSelect = onSelect;
  }

  /** Names, in order. */
  get names() {
    return [...this.#rooms.keys()];
  }

  /** The one that is looked at. */
  get current() {
    return this.#current;
  }

  get(name) {
    return this.#rooms.get(name);
  }

  /** Adds a room, if it is not there. */
  add(name) {
    if (this.#rooms.has(name)) return;
    const item = element("li", "");
    const button = element("button", "quiet");
    button.type = "button";
    button.append(element("span", "", name), element("span", "news"));
    button.addEventListener("click", () => this.select(name));
    item.append(button);
    document.getElementById("rooms").append(item);
    this.#rooms.set(name, { conversation: new Conversation(), members: new Map(), news: 0, item });
  }

  /** Removes a room, and looks at another. */
  remove(name) {
    this.#rooms.get(name)?.item.remove();
    this.#rooms.delete(name);
    if (this.#current === name) {
      this.#current = "";
      this.select(this.names[0] ?? "lobby");
    }
  }

  /** Looks at a room. */
  select(name) {
    this.add(name);
    this.#rooms.get(this.#current)?.conversation.show(null);
    this.#current = name;
    const room = this.#rooms.get(name);
    room.news = 0;
    room.conversation.show(document.getElementById("messages"));
    this.showNews();
    this.showMembers();
    this.#onSelect(name);
  }

  /** Says of each room how much is new, and of one that it is looked at. */
  showNews() {
    for (const [name, { item, news }] of this.#rooms) {
      item.firstChild.setAttribute("aria-current", name === this.#current);
      item.firstChild.lastChild.textContent = news ? `${news} new` : "";
    }
  }

  /** Who is in the room that is looked at. */
  showMembers() {
    const { members } = this.#rooms.get(this.#current);
    // Who comes back by another backend may be there twice for a moment.
    const people = [...new Map([...members.values()].map((one) => [one.id, one])).values()];
    people.sort((a, b) => a.name.localeCompare(b.name));
    document.getElementById("people").textContent = people.length === 1 ? "only you" : `${people.length} people`;
    document.getElementById("members").replaceChildren(
      ...people.map((one) => {
        const item = element("li", "", one.name);
        item.append(element("span", "via", one.node));
        return item;
      }),
    );
  }
}
