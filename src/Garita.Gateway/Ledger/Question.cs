using System.Net;

namespace Garita.Gateway.Ledger;

/// <summary>What an administrator asks <c>garita explain</c>: where to look, and whether a record is meant.</summary>
internal sealed class Question
{
    private readonly Func<DecisionRecord, bool> _isMeant;

    private Question(IReadOnlyList<(long From, long To)> ranges, Func<DecisionRecord, bool> isMeant)
    {
        Ranges = ranges;
        _isMeant = isMeant;
    }

    /// <summary>One or two ranges of <see cref="MentionKeys"/>, both ends included.</summary>
    public IReadOnlyList<(long From, long To)> Ranges { get; }

    /// <summary>Whether a record is meant.</summary>
    public bool IsMeant(DecisionRecord record) => _isMeant(record);

    /// <summary>Reads a question.</summary>
    /// <param name="what">Session id, address (with or without angle brackets), <c>@domain</c>, IP address or CIDR.</param>
    public static Question Of(string what)
    {
        what = what.Trim();
        if (what is ['<', _, .., '>'])
            what = what[1..^1];
        if (TryNetwork(what, out var network))
            return new Question([MentionKeys.Network(network)], record => IPAddress.TryParse(record.Client, out var client) && network.Contains(client));
        if (what.StartsWith('@'))
            return new Question([MentionKeys.AddressesOf(what.AsSpan(1))], record => Mentions(record, address => address.EndsWith(what, StringComparison.OrdinalIgnoreCase)));

        bool IsIt(string address) => address.Equals(what, StringComparison.OrdinalIgnoreCase);
        var key = MentionKeys.Address(what);
        if (what.Contains('@', StringComparison.Ordinal))
            return new Question([(key, key)], record => Mentions(record, IsIt));

        // A session, or the bare "postmaster".
        var session = MentionKeys.Session(what);
        return new Question([(session, session), (key, key)], record => record.Session.Equals(what, StringComparison.OrdinalIgnoreCase) || Mentions(record, IsIt));
    }

    private static bool Mentions(DecisionRecord record, Predicate<string> isIt) =>
        (record.Sender is { } sender && isIt(sender)) || record.Recipients.Any(recipient => isIt(recipient.Address));

    private static bool TryNetwork(string what, out IPNetwork network)
    {
        network = default;
        var slash = what.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? what : what[..slash];
        // IPAddress.TryParse reads "7" as an address; a session may look like that.
        if (!IPAddress.TryParse(text, out var address) || (!text.Contains(':', StringComparison.Ordinal) && text.Count(static c => c == '.') != 3))
            return false;
        var bits = MentionKeys.BitsOf(address);
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(what.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out prefix) || prefix > bits))
            return false;
        if (address.IsIPv4MappedToIPv6)
            (address, prefix) = (address.MapToIPv4(), Math.Max(0, prefix - 96));

        // The administrator may give any address of the network; IPNetwork wants the first.
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xFF00 >> Math.Clamp(prefix - (8 * i), 0, 8));
        network = new IPNetwork(new IPAddress(octets), prefix);
        return true;
    }
}
