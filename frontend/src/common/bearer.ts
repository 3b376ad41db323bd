/** The console's short-lived token for the officers' API, which never leaves this memory. */
import { Problem, call } from "./problem";

interface Token {
  token: string;
  expires_at: string;
}

const SOON_MS = 30_000;

export class Bearer {
  private token: Promise<Token> | null = null;

  constructor(private readonly tokenUrl: string) {}

  /** Makes a call with the token. The token may have ended early: then once more with a new one. */
  async with<T>(make: (authorization: string) => Promise<T>): Promise<T> {
    try {
      return await make(`Bearer ${await this.current()}`);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401) || error instanceof SignedOut) throw error;
      this.token = null;
      return make(`Bearer ${await this.current()}`);
    }
  }

  private async current(): Promise<string> {
    if (this.token) {
      const held = await this.token.catch(() => null);
      if (held && !(Date.parse(held.expires_at) < Date.now() + SOON_MS)) return held.token;
    }
    this.token = call<Token>(this.tokenUrl);
    try {
      return (await this.token).token;
    } catch (error) {
      this.token = null;
      if (error instanceof Problem && error.status === 401) throw new SignedOut();
      throw error;
    }
  }
}

/** The console session has ended; only signing in again helps. */
export class SignedOut extends Problem {
  constructor() {
    super(401, "Your session has ended. Sign in again in another tab, then try again here: what you typed stays.");
  }
}
