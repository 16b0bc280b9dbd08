using System.Text;
using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>The kernel by nft. Large changes go in chunks: one netlink message too large is refused, and one that is huge stops others.</summary>
/// <param name="nft">Who carries commands out.</param>
/// <param name="frequency">Stamps a second of the clock.</param>
/// <param name="netlink">Who tells whether anything changed; null: nobody.</param>
internal sealed class NftKernel(INft nft, long frequency, INetlink? netlink = null) : IKernel
{
    private const int LoadChunk = 5000;
    private const int ChangeChunk = 1500;

    private uint? _generation;
    private bool _wasTouched = true;

    public bool UsesLibrary => nft.IsLibrary;

    public TableState Look() =>
        nft.Run(NftText.Look, out var listing) is { } problem ? new TableState(null, false, false, false, problem) : TableReader.Read(listing);

    public bool? WasTouched()
    {
        var generation = netlink?.Generation();
        var touched = _wasTouched || generation != _generation;
        (_generation, _wasTouched) = (generation, generation is null);
        return generation is null ? null : touched;
    }

    public bool ReadElements(Action<Prefix> take) => netlink?.ReadElements(take) ?? false;

    public string? Change(IReadOnlyCollection<ElementChange> changes, long now)
    {
        // The last word on an element is the one that counts, the first one knows whether the kernel has it.
        var last = new Dictionary<Prefix, ElementChange>(changes.Count);
        foreach (var change in changes)
            last[change.Element] = last.TryGetValue(change.Element, out var first) ? change with { IsNew = first.IsNew } : change;
        foreach (var chunk in last.Values.Chunk(last.Values.All(static change => change.IsNew) ? LoadChunk : ChangeChunk))
        {
            var text = new StringBuilder();
            NftText.Change(text, chunk, now, frequency);
            if (Run(text.ToString()) is { } problem)
                return problem;
        }

        return null;
    }

    public string? Load(IEnumerable<ElementChange> elements, long now)
    {
        // In one transaction with the first chunk: there is never a moment without any.
        var text = new StringBuilder(NftText.FlushSets);
        foreach (var chunk in elements.Chunk(LoadChunk))
        {
            NftText.Add(text, chunk, now, frequency);
            if (Run(text.ToString()) is { } problem)
                return problem;
            text.Clear();
        }

        return text.Length > 0 ? Run(text.ToString()) : null;
    }

    public string? Flood(bool on, TableState table) => Run(NftText.Flood(on, table.HasCounter));

    /// <summary>Changes something: one transaction, so one generation more. If it is another one, somebody else was at it too.</summary>
    private string? Run(string commands)
    {
        var before = netlink?.Generation();
        var problem = nft.Run(commands, out _);
        var after = netlink?.Generation();
        _wasTouched |= before is null || after is null || before != _generation || after - before > 1 || problem is not null;
        _generation = after;
        return problem;
    }
}
