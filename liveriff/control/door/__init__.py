"""The door: OSCQuery over HTTP and WebSocket, by which screens, browsers and other programs come in."""
