import { CLOSE } from '../../protocol/close-code.js';

/** The close code that ws sends after an error: ws keeps it under a symbol of its own. */
export function closeCodeOfError(code: string | undefined): number {
  switch (code) {
    case 'WS_ERR_INVALID_UTF8':
      return CLOSE.notUtf8.code;
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return CLOSE.tooBig.code;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return CLOSE.policy.code;
    default:
      return CLOSE.malformed.code;
  }
}
