/** npm's generations of socket.io-client. Node only: a page has others of their bundles. */
import { io as io4 } from 'socket.io-client';
import io2 from 'socket.io-client-2';
import { io as io3 } from 'socket.io-client-3';

export const SOCKETIO_GENERATIONS = { 2: io2, 3: io3, 4: io4 };
