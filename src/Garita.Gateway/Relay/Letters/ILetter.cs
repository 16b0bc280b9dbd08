namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// A received message: its octets as they came, dots removed, in memory or in a file, counted in the one global budget.
/// Disposing gives memory and file back. Written by one session, then read; not thread-safe.
/// </summary>
public interface ILetter : IDisposable
{
    /// <summary>Octets held.</summary>
    long Length { get; }

    /// <summary>Room for the next octets, at least one; null when neither memory nor disk has any (452 4.3.1).</summary>
    /// <remarks>Kept in memory until <c>memory.message_in_memory</c>, then in a file; the file work runs in <see cref="AdvanceAsync"/>.</remarks>
    Memory<byte>? GetRoom();

    /// <summary>Takes octets written into the room.</summary>
    /// <param name="count">How many.</param>
    /// <returns>False when the disk refused them: the message cannot be kept (452 4.3.1).</returns>
    ValueTask<bool> AdvanceAsync(int count);

    /// <summary>Ends the writing: returns SHA-256 of all octets. Nothing may be written afterwards.</summary>
    ValueTask<byte[]> SealAsync();

    /// <summary>The first octets in one piece, for reading the header.</summary>
    /// <param name="most">At most this many.</param>
    ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most);

    /// <summary>Reads octets from a place; may be called again from the start. Returns a piece that stays valid until the next call, empty at the end.</summary>
    /// <param name="offset">From where.</param>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset);
}

/// <summary>Makes letters and keeps their budget.</summary>
public interface ILetterBox
{
    /// <summary>A new letter, charged to a tenant's share as well as to the whole.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="declaredSize">What MAIL said with SIZE=, or null.</param>
    /// <returns>Null when the budget is used up (452 4.3.1).</returns>
    ILetter? Open(string tenant, long? declaredSize);

    /// <summary>Octets of messages in memory now.</summary>
    long InMemory { get; }

    /// <summary>Octets of messages in files now.</summary>
    long OnDisk { get; }
}
