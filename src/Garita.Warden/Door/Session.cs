using System.Globalization;
using Garita.Wall.Warden;
using Garita.Warden.Bans;

namespace Garita.Warden.Door;

/// <summary>What one connection may say, and what comes of it. A snapshot is collected here and counts at its end.</summary>
/// <param name="keeper">Who keeps the bans.</param>
/// <param name="isRoot">Whether root is at the other end.</param>
internal sealed class Session(Keeper keeper, bool isRoot) : IDisposable
{
    private List<WardenBan>? _snapshot;
    private int _announced;

    /// <summary>Whether the connection ends after the last answer.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Carries a message out.</summary>
    public WardenMessage Answer(WardenMessage message) => message switch
    {
        BanCommand ban => keeper.Ban(ban.Bans),
        UnbanCommand unban => keeper.Unban(unban.Networks),
        SnapshotBegin begin => Begin(begin.Count),
        SnapshotPart part => Take(part.Bans),
        SnapshotEnd => End(),
        FloodCommand flood => isRoot ? keeper.SetFlood(flood.Mode) : new RefusalAnswer("only root sets the flood mode; the gateway may wish it"),
        WishCommand wish => keeper.Wish(this, wish.Wanted),
        StatusCommand => keeper.State(),
        _ => Over("an answer is no command"),
    };

    /// <summary>The wish ends with the connection.</summary>
    public void Dispose() => keeper.Wish(this, isWanted: false);

    private DoneAnswer Begin(int count)
    {
        _announced = count;
        _snapshot = [];
        return new DoneAnswer(0, 0, InKernel: false);
    }

    private WardenMessage Take(IReadOnlyList<WardenBan> bans)
    {
        if (_snapshot is null)
            return Over("a part of a snapshot that was not begun");
        if (_snapshot.Count + bans.Count > _announced)
            return Over(string.Create(CultureInfo.InvariantCulture, $"more bans than the {_announced} that were announced"));
        _snapshot.AddRange(bans);
        return new DoneAnswer(bans.Count, 0, InKernel: false);
    }

    private WardenMessage End()
    {
        if (_snapshot is not { } all)
            return Over("the end of a snapshot that was not begun");
        _snapshot = null;
        // Half a list would let in whoever is on the other half.
        return all.Count == _announced ? keeper.Replace(all)
            : Over(string.Create(CultureInfo.InvariantCulture, $"{all.Count} bans where {_announced} were announced"));
    }

    private RefusalAnswer Over(string why)
    {
        IsOver = true;
        _snapshot = null;
        return new RefusalAnswer(why);
    }
}
