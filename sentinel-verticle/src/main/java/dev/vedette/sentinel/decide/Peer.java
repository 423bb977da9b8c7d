package dev.vedette.sentinel.decide;

/**
 * Another sentinel as a network partner: one link, however many masters it watches with us.
 *
 * @param runId its id
 * @param address where it listens
 * @param link its command connection
 */
public record Peer(String runId, Address address, Link link) {

    /** The name of its link. */
    public LinkId.ToPeer linkId() {
        return new LinkId.ToPeer(runId);
    }

    Peer with(Link newLink) {
        return new Peer(runId, address, newLink);
    }
}
