using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// Makes letters: in memory, then in files under <c>DATA/letters</c>, within one budget. It keeps nothing over a restart: a message
/// that was here is still with its sender, who was not answered. Its folder belongs to one process.
/// </summary>
public sealed class LetterBox : ILetterBox
{
    private readonly LetterBudget _budget;
    private readonly string _folder;
    private long _inMemoryEach;

    /// <summary>Opens the box and removes what a killed process left.</summary>
    /// <param name="settings">Data folder, memory budget, tenants.</param>
    /// <exception cref="GatewayStartException">The folder cannot be used.</exception>
    public LetterBox(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _budget = new LetterBudget(settings);
        _inMemoryEach = settings.Memory.MessageInMemory;
        _folder = Path.Combine(settings.DataFolder, "letters");
        try
        {
            // Mail of others: nobody but the service reads it.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(_folder);
            else
                Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Files are unlinked once open; only a kill between the two leaves one.
            foreach (var left in Directory.EnumerateFiles(_folder, "*" + LetterFile.Extension))
                File.Delete(left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"The folder {_folder} cannot be used ({e.Message}). Make it writable for the user Garita runs as.", e);
        }
    }

    /// <inheritdoc/>
    public long InMemory => _budget.InMemory;

    /// <inheritdoc/>
    public long OnDisk => _budget.OnDisk;

    /// <inheritdoc/>
    public ILetter? Open(string tenant, long? declaredSize)
    {
        var share = _budget.For(tenant);
        var inMemoryMost = Volatile.Read(ref _inMemoryEach);
        // RFC 1870 §6.1: better now than after all octets were sent. It is an estimate: what is not declared grows with what really comes.
        var expected = declaredSize > inMemoryMost ? declaredSize.Value : 0;
        if (expected > 0 && !_budget.TryExpect(share, expected))
            return null;
        if (_budget.TryBegin(share, Letter.FirstSegment))
            return new Letter(_budget, share, _folder, inMemoryMost, expected);
        _budget.Met(expected);
        return null;
    }

    /// <summary>Takes new limits; letters that exist keep theirs.</summary>
    /// <param name="settings">The new snapshot.</param>
    public void Apply(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _budget.Apply(settings);
        Volatile.Write(ref _inMemoryEach, settings.Memory.MessageInMemory);
    }
}
