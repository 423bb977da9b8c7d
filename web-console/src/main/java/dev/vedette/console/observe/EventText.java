package dev.vedette.console.observe;

/**
 * The text of a sentinel's event, taken apart as the Sentinel documentation gives it: {@code <type> <name> <ip> <port>}
 * and, unless the instance is a master, {@code @ <master-name> <master-ip> <master-port>}; then whatever more an event
 * says.
 *
 * @param kind {@code master}, {@code slave} or {@code sentinel}; empty if the text has another form
 * @param instance id ({@code host:port}) of the instance that it is about; empty if none
 * @param master name of the master; empty if none
 * @param masterAddress id of the master
 * @param more the rest
 */
record EventText(String kind, String instance, String master, String masterAddress, String more) {

    private static final EventText OTHER = new EventText("", "", "", "", "");

    static EventText parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length < 4 || !isKind(words[0])) {
            return OTHER;
        }
        String instance = NodeId.of(words[2], words[3]);
        if (words[0].equals("master")) {
            return new EventText("master", instance, words[1], instance, rest(words, 4));
        }
        if (words.length >= 8 && words[4].equals("@")) {
            return new EventText(words[0], instance, words[5], NodeId.of(words[6], words[7]), rest(words, 8));
        }
        return new EventText(words[0], instance, "", "", rest(words, 4));
    }

    private static boolean isKind(String word) {
        return word.equals("master") || word.equals("slave") || word.equals("sentinel");
    }

    private static String rest(String[] words, int from) {
        StringBuilder rest = new StringBuilder();
        for (int i = from; i < words.length; i++) {
            rest.append(i == from ? "" : " ").append(words[i]);
        }
        return rest.toString();
    }
}
