using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// Makes letters and keeps their budget: in memory at most a quarter of the memory budget, where there are several tenants one has a quarter
/// of that; what is over goes to files that have no name, so that a kill leaves nothing behind.
/// </summary>
public sealed class LetterBox : ILetterBox
{
    private const long DefaultBudget = 1024L * 1024 * 1024;

    private readonly long _mostInMemory;
    private readonly long _mostOfOne;
    private readonly long _spillAt;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long[]> _tenants = new(StringComparer.Ordinal);
    private long _inMemory;
    private long _onDisk;

    /// <summary>Makes the folder for files, and removes what an earlier crash left there.</summary>
    /// <param name="settings">Budget and folder.</param>
    /// <exception cref="GatewayStartException">The folder cannot be made.</exception>
    public LetterBox(GatewaySettings settings)
    {
        Folder = Path.Combine(settings.DataFolder, "letters");
        try
        {
            Directory.CreateDirectory(Folder);
            foreach (var left in Directory.GetFiles(Folder))
                File.Delete(left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"cannot use {Folder} for large messages: {e.Message}; it must belong to the user that runs garita", e);
        }

        var budget = settings.Memory.Budget > 0 ? settings.Memory.Budget : Math.Min(DefaultBudget, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _mostInMemory = budget / 4;
        _mostOfOne = settings.Tenants.Count > 1 ? _mostInMemory / 4 : _mostInMemory;
        _spillAt = settings.Memory.MessageInMemory;
    }

    internal string Folder { get; }

    /// <inheritdoc/>
    public long InMemory => Interlocked.Read(ref _inMemory);

    /// <inheritdoc/>
    public long OnDisk => Interlocked.Read(ref _onDisk);

    /// <inheritdoc/>
    public ILetter? Open(string tenant, long? declaredSize)
    {
        var letter = new Letter(this, _tenants.GetOrAdd(tenant, static _ => new long[1]), _spillAt);
        // Said to be large: it goes to the file from its first octet.
        if (declaredSize > _spillAt && !letter.Spill())
        {
            letter.Dispose();
            return null;
        }

        return letter;
    }

    /// <summary>Takes memory from the budget; false when there is none left.</summary>
    internal bool TryTake(long[] tenant, int octets)
    {
        if (Interlocked.Add(ref _inMemory, octets) <= _mostInMemory && Interlocked.Add(ref tenant[0], octets) <= _mostOfOne)
            return true;
        if (Interlocked.Read(ref tenant[0]) > _mostOfOne)
            Interlocked.Add(ref tenant[0], -octets);
        Interlocked.Add(ref _inMemory, -octets);
        return false;
    }

    internal void GiveBack(long[] tenant, long octets)
    {
        Interlocked.Add(ref tenant[0], -octets);
        Interlocked.Add(ref _inMemory, -octets);
    }

    internal void CountOnDisk(long change) => Interlocked.Add(ref _onDisk, change);
}
