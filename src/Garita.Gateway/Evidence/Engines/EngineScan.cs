using System.Net;
using Garita.Gateway.Evidence.Message;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>A message that is to be scanned, and what engines like to know of it.</summary>
public sealed record EngineScan
{
    /// <summary>The message, sealed.</summary>
    public required ILetter Letter { get; init; }

    /// <summary>Fields put before it for engines that read the client from <c>Received:</c>.</summary>
    public ReadOnlyMemory<byte> Trace { get; init; }

    /// <summary>The client.</summary>
    public required IPAddress Client { get; init; }

    /// <summary>What it called itself.</summary>
    public required string Helo { get; init; }

    /// <summary>Its confirmed name, or null.</summary>
    public string? ClientName { get; init; }

    /// <summary>The reverse-path; empty for the null one.</summary>
    public required string Sender { get; init; }

    /// <summary>The recipients.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>Id of session and transaction.</summary>
    public required string Id { get; init; }
}

/// <summary>
/// One letter read by several engines at once: a letter's reading buffer is one, so each reader has a copy of its own piece. Small letters,
/// which are in memory, are copied too: it costs less than an engine's first look.
/// </summary>
internal sealed class SharedLetter(ILetter letter) : IDisposable
{
    private const int Piece = 16 * 1024;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Why the letter itself could not be read; null when it could.</summary>
    internal IOException? Problem { get; private set; }

    /// <summary>The letter as a stream, for one reader.</summary>
    internal LetterStream Open()
    {
        var piece = new byte[Piece];
        return new LetterStream(letter.Length, offset => ReadAsync(offset, piece));
    }

    public void Dispose() => _one.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, byte[] piece)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            var read = await letter.ReadAsync(offset).ConfigureAwait(false);
            var length = Math.Min(read.Length, Piece);
            read.Span[..length].CopyTo(piece);
            return piece.AsMemory(0, length);
        }
        catch (IOException problem)
        {
            Problem = problem;
            throw;
        }
        finally
        {
            _one.Release();
        }
    }
}
