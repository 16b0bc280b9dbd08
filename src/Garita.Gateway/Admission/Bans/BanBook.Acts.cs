using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Garita.Gateway.Admission.Bans;

/// <content>What administrators do. Each answers with what is wrong, or null.</content>
public sealed partial class BanBook
{
    /// <summary>The widest IPv4 network that may be banned: what one registry gives to one organisation is never wider.</summary>
    public const int WidestV4 = 8;

    /// <summary>The widest IPv6 network that may be banned.</summary>
    public const int WidestV6 = 19;

    /// <summary>What is wrong with a network to be banned, whoever it belongs to; null for nothing.</summary>
    /// <param name="network">The network.</param>
    public static string? Absurd(IPNetwork network)
    {
        var isV4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        var widest = isV4 ? WidestV4 : WidestV6;
        return network.PrefixLength >= widest ? null
            : string.Create(CultureInfo.InvariantCulture, $"{network} is too wide, expected a prefix length from {widest} to {(isV4 ? 32 : 128)}");
    }

    /// <summary>Bans that have not ended, the next to end first.</summary>
    public IReadOnlyList<Ban> List()
    {
        lock (_lock)
            return Current(_time.GetTimestamp());
    }

    /// <summary>Bans a network, in place of what a rule made of the same one; bans inside it stay and end by themselves.</summary>
    /// <param name="network">The network.</param>
    /// <param name="reason">Why.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="made">The ban; null when it was not made.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public string? Add(IPNetwork network, string reason, TimeSpan duration, out Ban? made)
    {
        made = null;
        if (Absurd(network) is { } absurd)
            return absurd;
        lock (_lock)
        {
            foreach (var prefix in _settings.Networks.Nat64Prefixes)
            {
                if (NeverBan.Overlap(prefix, network))
                    return $"{network} touches {prefix} (networks.nat64_prefixes), whose addresses are IPv4 addresses here: ban those";
            }

            if (_never.Find(network) is { } never)
                return $"{NeverBan.Text(network)} has {never}, which is never banned";
            var now = _time.GetTimestamp();
            var key = BanKey.Of(network);
            if (_table.Find(key, now) is { } over && (over.Ban.Network != network || over.Ban.Origin == BanOrigin.Administrator))
                return $"{NeverBan.Text(network)} is banned already by {Describe(over, now)}; remove that first";
            if (_table.Count >= Most && !MakeRoom())
                return $"the ban list is full ({Most}); garita bans remove, or clear, makes room";
            var today = _time.GetUtcNow();
            made = new Ban(network, reason, "", BanOrigin.Administrator, today, today + duration, _table.Get(key)?.Ban.Step ?? -1);
            Make(made, now);
            return null;
        }
    }

    /// <summary>Ends the bans of a network and of all inside it, and forgets them, so that the next offence is a first one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="removed">The bans that ended.</param>
    /// <returns>What is wrong, or that the network is still under a wider ban; null for nothing.</returns>
    public string? Remove(IPNetwork network, out IReadOnlyList<Ban> removed)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var today = _time.GetUtcNow();
            var inside = _table.All.Where(entry => entry.Ban.Network.PrefixLength >= network.PrefixLength && NeverBan.Overlap(network, entry.Ban.Network)).ToList();
            removed = [.. inside.Where(entry => entry.Deadline > now).Select(entry => Shown(entry, now, today))];
            if (removed.Count > 0)
                inside.ForEach(entry => Drop(entry.Ban.Network));
            if (_table.Find(BanKey.Of(network), now) is { } wider)
                return $"{NeverBan.Text(network)} is {(removed.Count > 0 ? "still " : "")}inside the ban of {Describe(wider, now)}; remove that one";
            return removed.Count > 0 ? null : $"{NeverBan.Text(network)} is not banned; garita bans list shows those that are";
        }
    }

    /// <summary>Ends all bans and forgets them.</summary>
    /// <returns>How many ended.</returns>
    public int Clear()
    {
        lock (_lock)
        {
            var count = _table.Active;
            foreach (var entry in _table.All.ToList())
                _table.Remove(BanKey.Of(entry.Ban.Network));
            _due.Clear();
            _ledger.ForgetBan(null);
            Tell(_sink.SnapshotAsync, (IReadOnlyList<Ban>)[]);
            return count;
        }
    }

    private string Describe(BanEntry entry, long now) =>
        string.Create(CultureInfo.InvariantCulture, $"{NeverBan.Text(entry.Ban.Network)} until {Shown(entry, now, _time.GetUtcNow()).Until:yyyy-MM-dd HH:mm}Z ({(entry.Ban.Origin == BanOrigin.Rule ? entry.Ban.Rule : "an administrator's")})");
}
