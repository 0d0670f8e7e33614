/** What the peer's server reads from its database. */

export interface KeyRow {
  readonly owner: string;
  readonly who: string;
}

export interface PeerAccount {
  readonly no: number;
  readonly kind: string;
  readonly owner: string;
  readonly currency: string;
}

export interface PeerMerchant {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly status: string;
  readonly accountNo: number;
}

export interface PaidRow {
  readonly id: string;
  readonly status: string;
  readonly refusal: string | null;
  readonly at: Date;
  readonly replayed: boolean;
  readonly request: string;
  /** Only of a repeat: what the first request's answer was made from. */
  readonly facts: string | null;
}
