package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * The message that sentinels publish on {@code __sentinel__:hello} of every data node and send one another by PUBLISH:
 * {@code ip,port,runid,current_epoch,master_name,master_ip,master_port,master_config_epoch}.
 *
 * @param sender address of the sender; in an effect null stands for the local address of the socket it is sent on,
 *     with the port of {@link Rules#announcePort()}
 * @param runId its id
 * @param currentEpoch its current epoch
 * @param master name of the master that the rest is about
 * @param masterAddress where the sender believes that master is
 * @param configEpoch configuration epoch of that belief
 */
public record Hello(
        @Nullable Address sender,
        String runId,
        long currentEpoch,
        String master,
        Address masterAddress,
        long configEpoch) {

    /** The channel. */
    public static final String CHANNEL = "__sentinel__:hello";
}
