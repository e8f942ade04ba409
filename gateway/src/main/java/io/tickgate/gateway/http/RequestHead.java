package io.tickgate.gateway.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.netty.channel.Channel;

/**
 * The head of one request of either HTTP version. Owned by the connection's loop; cookies and query are parsed when asked
 * for. Its size is bounded by the codecs' limits, its query parameters by {@link #MAX_QUERY_PARAMETERS}.
 */
final class RequestHead implements Request {
    /** Parameters after these are ignored. */
    static final int MAX_QUERY_PARAMETERS = 256;

    private final String method;
    private final HeaderFields fields;
    private final String protocol;
    private final boolean secure;
    private final Channel channel;
    private final String authority;
    private final boolean hasFragment;
    private final String path;
    private final String rawQuery;
    private String pathRest = "";
    private List<String> query;

    /**
     * @param target the request target as sent: origin form, absolute form or asterisk form (RFC 9112 §3.2)
     */
    RequestHead(String method, String target, HeaderFields fields, String protocol, boolean secure, Channel channel) {
        this.method = method;
        this.fields = fields;
        this.protocol = protocol;
        this.secure = secure;
        this.channel = channel;
        hasFragment = target.indexOf('#') >= 0;
        int authorityStart = authorityStart(target);
        int authorityEnd = authorityStart < 0 ? 0 : authorityEnd(target, authorityStart);
        authority = authorityStart < 0 ? null : target.substring(authorityStart, authorityEnd);
        String local = target.substring(authorityEnd);
        int question = local.indexOf('?');
        String rawPath = question < 0 ? local : local.substring(0, question);
        // RFC 9110 §4.1: an absolute target without a path means the root.
        path = rawPath.isEmpty() && authority != null ? "/" : decoded(rawPath);
        rawQuery = question < 0 ? "" : local.substring(question + 1);
    }

    /** Null if it's not a path; the asterisk is one for OPTIONS alone (RFC 9112 §3.2.4). */
    private String decoded(String rawPath) {
        boolean isAsterisk = rawPath.equals("*") && method.equals("OPTIONS");
        return rawPath.startsWith("/") || isAsterisk ? Percent.decodePath(rawPath) : null;
    }

    /** Where the authority of an absolute target begins, negative if it's not one. */
    private static int authorityStart(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static int authorityEnd(String target, int start) {
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return end;
    }

    /** Whether the target has a form and an encoding that can be served. */
    boolean isTargetValid() {
        // RFC 9110 §4.2.1, §4.2.4: no empty host, no user information. A fragment is never sent (RFC 9112 §3.2).
        boolean isAuthorityValid = authority == null
                || (!authority.isEmpty() && Http1Rules.isHost(authority));
        return path != null && isAuthorityValid && !hasFragment;
    }

    /** Host and port that the client addressed: those of an absolute target count more than Host (RFC 9112 §3.2.2). */
    String authority() {
        return authority == null ? header("host") : authority;
    }

    /** The method as sent, HEAD included. */
    String sentMethod() {
        return method;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    void routedBy(int prefixLength) {
        pathRest = path.substring(prefixLength);
    }

    @Override
    public String method() {
        return isHead() ? "GET" : method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String pathRest() {
        return pathRest;
    }

    @Override
    public String query(String name) {
        List<String> pairs = pairs();
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(name)) {
                return pairs.get(i + 1);
            }
        }
        return null;
    }

    @Override
    public List<String> queryAll(String name) {
        List<String> pairs = pairs();
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(name)) {
                values.add(pairs.get(i + 1));
            }
        }
        return values;
    }

    private List<String> pairs() {
        if (query == null) {
            query = new ArrayList<>(8);
            int start = 0;
            while (start < rawQuery.length() && query.size() < 2 * MAX_QUERY_PARAMETERS) {
                int ampersand = rawQuery.indexOf('&', start);
                int end = ampersand < 0 ? rawQuery.length() : ampersand;
                addPair(rawQuery.substring(start, end));
                start = end + 1;
            }
        }
        return query;
    }

    private void addPair(String pair) {
        if (!pair.isEmpty()) {
            int equals = pair.indexOf('=');
            query.add(Percent.decodeQuery(equals < 0 ? pair : pair.substring(0, equals)));
            query.add(equals < 0 ? "" : Percent.decodeQuery(pair.substring(equals + 1)));
        }
    }

    @Override
    public String header(String name) {
        return fields.first(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public List<String> headers(String name) {
        return fields.all(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String cookie(String name) {
        for (String line : fields.all("cookie")) {
            for (String pair : line.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return unquoted(pair.substring(equals + 1).strip());
                }
            }
        }
        return null;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String remoteAddress() {
        SocketAddress address = channel.remoteAddress();
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : String.valueOf(address);
    }
}
