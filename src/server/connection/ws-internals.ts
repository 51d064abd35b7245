/** The part of ws's receiver that says where in the input it is. ws doesn't document it. */
interface Receiver {
  readonly _state?: number;
  readonly _bufferedBytes?: number;
  readonly _fragmented?: number;
  readonly _errored?: boolean;
  readonly _maxPayload?: number;
}

/** `_state` before the first byte of a frame. */
const AT_HEADER = 0;

/**
 * The largest payload, bytes, of a message whose frame may pass by the receiver of `transport`: -1
 * if it is amid a message or has failed, or if `transport` is not the WebSocket of ws known here.
 */
export function mostPayloadPast(transport: object): number {
  // oxlint-disable-next-line no-underscore-dangle -- ws's name
  const receiver = (transport as { readonly _receiver?: Receiver })._receiver;
  if (receiver === undefined) return -1;
  const { _state, _bufferedBytes, _fragmented, _errored, _maxPayload = -1 } = receiver;
  const idle =
    _state === AT_HEADER && _bufferedBytes === 0 && _fragmented === 0 && _errored === false;
  return idle ? _maxPayload : -1;
}
