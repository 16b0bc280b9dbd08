using System.Globalization;
using System.Runtime.InteropServices;

namespace Garita.Warden.Bans;

/// <summary>
/// All bans, as the kernel should have them. Asking the kernel costs more than a second with many bans, and it tells nobody when an element
/// expires: so the program knows itself. Bounded. Not for several threads.
/// </summary>
/// <param name="tolerance">An end that differs by no more stamps than this stays as the kernel has it: a snapshot that says the same again costs nothing. At least a second.</param>
internal sealed class BanMirror(long tolerance)
{
    /// <summary>Most networks: what the gateway may have, and some of administrators.</summary>
    internal const int MostNetworks = 200_000;

    // Three quarters of the sets' sizes: expired elements stay in them for a moment.
    private static readonly int[] Most = [196_608, 49_152, 196_608, 49_152];

    private readonly Dictionary<Prefix, long> _networks = [];
    private readonly Dictionary<Prefix, long> _elements = [];
    private readonly int[] _counts = new int[Most.Length];
    private readonly int[] _lengths = new int[2 * 129];

    public int Networks => _networks.Count;

    public int ElementCount => _elements.Count;

    /// <summary>All elements with their ends.</summary>
    public IEnumerable<ElementChange> All => _elements.Select(static pair => new ElementChange(pair.Key, pair.Value));

    /// <summary>When an element ends; null when there is none.</summary>
    public long? EndOf(Prefix element) => _elements.TryGetValue(element, out var end) ? end : null;

    /// <summary>Elements that end after a moment.</summary>
    public int CountAfter(long moment) => _elements.Count(pair => pair.Value > moment);

    /// <summary>Takes a ban, in place of one of the same network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="deadline">When it ends.</param>
    /// <param name="changes">What the kernel has to be told is put here.</param>
    /// <returns>Why it is not taken; null when it is.</returns>
    public string? Ban(Prefix network, long deadline, List<ElementChange> changes)
    {
        var length = Elements.LengthFor(network);
        if (length == 0)
            return network.IsV4 ? "the kernel takes IPv4 networks from /16 to /32" : "the kernel takes IPv6 networks from /40 to /48 and from /56 to /64";
        if (!_networks.ContainsKey(network))
        {
            var set = SetOf(length, network.IsV4);
            if (_networks.Count >= MostNetworks || _counts[set] + (1 << (length - network.Length)) > Most[set])
                return string.Create(CultureInfo.InvariantCulture, $"the warden is full: {_networks.Count} networks, {_counts[set]} elements of /{length}");
        }

        ref var end = ref CollectionsMarshal.GetValueRefOrAddDefault(_networks, network, out var isThere);
        end = deadline;
        if (!isThere)
            _lengths[LengthOf(network)]++;
        if (network.Length == length)
        {
            Settle(network, changes);
            return null;
        }

        foreach (var element in Elements.Of(network))
            Settle(element, changes);
        return null;
    }

    /// <summary>Ends a ban; false when there was none.</summary>
    public bool Unban(Prefix network, List<ElementChange> changes)
    {
        if (!_networks.Remove(network))
            return false;
        _lengths[LengthOf(network)]--;
        foreach (var element in Elements.Of(network))
            Settle(element, changes);
        return true;
    }

    /// <summary>Ends all bans that a test finds.</summary>
    public List<Prefix> UnbanWhere(Func<Prefix, bool> isWanted, List<ElementChange> changes)
    {
        var found = _networks.Keys.Where(isWanted).ToList();
        found.ForEach(network => Unban(network, changes));
        return found;
    }

    /// <summary>Forgets what has ended: the kernel has let it go by itself.</summary>
    public void Sweep(long now)
    {
        foreach (var (network, _) in _networks.Where(pair => pair.Value <= now).ToList())
        {
            _networks.Remove(network);
            _lengths[LengthOf(network)]--;
        }

        // Later than the kernel, which rounds up: what is not here is not there.
        foreach (var (element, _) in _elements.Where(pair => pair.Value + (2 * tolerance) <= now).ToList())
            Remove(element);
    }

    /// <summary>An element ends with the last of the networks around it.</summary>
    private void Settle(Prefix element, List<ElementChange> changes)
    {
        long latest = 0;
        for (int length = element.Length; length >= element.Length - Elements.SplitBits; length--)
        {
            var network = element.At(length);
            if (_lengths[LengthOf(network)] > 0 && Elements.LengthFor(network) == element.Length && _networks.TryGetValue(network, out var deadline))
                latest = Math.Max(latest, deadline);
        }

        _elements.TryGetValue(element, out var before);
        if (latest == before || (latest != 0 && before != 0 && Math.Abs(latest - before) <= tolerance))
            return;
        changes.Add(new ElementChange(element, latest, IsNew: before == 0));
        if (latest == 0)
        {
            Remove(element);
            return;
        }

        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_elements, element, out var existed);
        place = latest;
        if (!existed)
            _counts[SetOf(element.Length, element.IsV4)]++;
    }

    private void Remove(Prefix element)
    {
        if (_elements.Remove(element))
            _counts[SetOf(element.Length, element.IsV4)]--;
    }

    /// <summary>Place of the count of networks of this length: most lengths have none, and need not be looked for.</summary>
    private static int LengthOf(Prefix network) => (network.IsV4 ? 0 : 129) + network.Length;

    private static int SetOf(byte length, bool isV4) => Array.IndexOf(Elements.All, (isV4, length));
}
