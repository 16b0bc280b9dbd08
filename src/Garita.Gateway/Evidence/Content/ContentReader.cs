using Garita.Gateway.Evidence.Message;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Reads the content of whole messages: structure, names, types, archives. On threads of the pool, as many at once as there are processors: each
/// takes little memory, but all of a processor while it works.
/// </summary>
/// <param name="letters">Where content that is looked at as a whole is kept meanwhile.</param>
/// <param name="time">The clock.</param>
public sealed class ContentReader(ILetterBox letters, TimeProvider time) : IDisposable
{
    /// <summary>How long one message may wait and be looked at; then it is put off.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _places = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Reads a sealed message.</summary>
    /// <param name="letter">The message; outlives the reading.</param>
    /// <param name="settings">What is looked for.</param>
    /// <param name="tenant">The tenant whose room is used.</param>
    public async Task<ContentReport> ReadAsync(ILetter letter, AttachmentSettings settings, string tenant)
    {
        using var ended = new CancellationTokenSource(Patience, time);
        var scan = new ContentScan(settings, () => letters.Open(tenant, declaredSize: null), ended.Token);
        try
        {
            await _places.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            scan.Fail("too much to look at");
            return scan.Report;
        }

        try
        {
            await Task.Run(() => Read(letter, scan, ended.Token)).ConfigureAwait(false);
        }
        catch (Exception problem) when (ArchiveInspector.IsDamage(problem))
        {
            // The disk, or a decoder at its wits' end: never an accept.
            scan.Fail($"it cannot be read ({problem.GetType().Name})");
        }
        finally
        {
            _places.Release();
        }

        return scan.Report;
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private static void Read(ILetter letter, ContentScan scan, CancellationToken ended)
    {
        var scanner = new MimeScanner(scan, 0, "");
        using (var stream = new LetterStream(letter))
        {
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
            int count;
            while (!scan.Stopped && (count = stream.Read(buffer, 0, buffer.Length)) > 0)
                scanner.Feed(buffer.AsSpan(0, count));
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        scanner.Complete();
        if (scan.Stopped)
            return;
        using var again = new LetterStream(letter);
        SecondReading.Read(scan, again, ended);
    }
}
