const LATER = 500;

/** What is to be said: one message at a time, so that all are heard in this order whatever comes between. */
export class Outbox {
  #send;
  #waiting = []; // { message, resolve, reject }
  #onItsWay = null;
  #timer;

  /** @param send takes a message, and returns a promise of the answer to it, or null where it cannot be sent yet */
  constructor(send) {
    this.#send = send;
  }

  /** What is not known to have been heard. */
  get messages() {
    return this.#waiting.map(({ message }) => message);
  }

  /** A promise of what is answered to a message. */
  add(message) {
    const answer = new Promise((resolve, reject) => this.#waiting.push({ message, resolve, reject }));
    this.sendNext();
    return answer;
  }

  /** To be called whenever something may be sent that could not be before. */
  async sendNext() {
    const next = this.#waiting[0];
    if (!next || this.#onItsWay) return;
    const answer = this.#send(next.message);
    if (!answer) return;
    this.#onItsWay = next;
    try {
      this.#settle(next, "resolve", await answer);
    } catch (error) {
      if (this.#onItsWay !== next) return; // it goes by the next connection
      if (error.code !== "rate_limited") return this.#settle(next, "reject", error);
      this.#timer = setTimeout(() => {
        this.#onItsWay = null;
        this.sendNext();
      }, LATER);
    }
  }

  #settle(one, how, value) {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    if (this.#onItsWay === one) this.#onItsWay = null;
    one[how](value);
    this.sendNext();
  }

  /** The connection is gone, and what was on its way may not have come. */
  interrupt() {
    clearTimeout(this.#timer);
    this.#onItsWay = null;
  }

  /** Takes back what was on its way, because it is never going to arrive. */
  refuse(why) {
    if (this.#onItsWay) this.#settle(this.#onItsWay, "reject", why);
  }

  /** Takes back what was to be said in a room. */
  forget(room, why) {
    for (const one of this.#waiting.filter(({ message }) => message.room === room)) this.#settle(one, "reject", why);
  }
}
