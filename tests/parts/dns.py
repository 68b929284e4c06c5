"""A real DNS server on the loopback, for the few names that a test gives it."""

import socket
import threading
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset


class DNSServer:
    """`records` holds the texts of each name and kind; `is_silent` keeps it from answering."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.is_silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        # An empty packet is no question: it ends the server.
        self._socket.sendto(b"", (self.host, self.port))
        self._thread.join(5)
        self._socket.close()

    def publish(self, name: str, kind: str, *texts: str) -> None:
        quoted = [f'"{text}"' for text in texts] if kind == "TXT" else [*texts]
        self.records[f"{name}.", kind] = quoted

    @property
    def resolver(self) -> dns.resolver.Resolver:
        """Asks this server and no other."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [self.host], self.port
        return resolver

    def _serve(self) -> None:
        while True:
            packet, address = self._socket.recvfrom(4096)
            if not packet:
                return
            query = dns.message.from_wire(packet)
            question = query.question[0]
            name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
            self.asked.append((name, kind))
            if not self.is_silent:
                answer = self._answer(query, name, kind)
                self._socket.sendto(answer.to_wire(), address)

    def _answer(
        self, query: dns.message.Message, name: str, kind: str
    ) -> dns.message.Message:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if records := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        elif not any(known == name for known, _kind in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
