using System.Buffers;
using Garita.Gateway.Relay.Letters;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>How the reading of a message's data ended.</summary>
internal enum DataEnding : byte
{
    /// <summary>CRLF.CRLF was read; the connection goes on.</summary>
    Complete,
    /// <summary>NUL or a misframed dot-line: what follows must never be read.</summary>
    Misframed,
    /// <summary>More than twice the limit: no more is read.</summary>
    FarTooLarge,
    /// <summary>The client is gone or was cut off.</summary>
    Lost,
}

/// <summary>
/// Reads the octets after 354 into a letter (RFC 5321 §4.1.1.4), unstuffed and as received. A message over its size is read and thrown away
/// up to twice the limit, so that the sender gets its 552. The pace is watched: 0.5, 5 or 20 kB/s by pressure after 30 s, 30 min in all.
/// </summary>
internal sealed class DataPhase(SmtpSession session, ILetter letter, long limit)
{
    /// <summary>The slowest that is borne, by level.</summary>
    private static readonly int[] BytesPerSecond = [500, 5_000, 20_000];
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(30);

    private DataReader _reader;
    private byte[]? _scratch;
    private bool _discards;

    internal DataFindings Findings => _reader.Findings;

    internal long Octets => _reader.Octets;

    internal int LongestLine => _reader.LongestLine;

    /// <summary>Whether neither memory nor disk had room for it (452 4.3.1).</summary>
    internal bool NoRoom { get; private set; }

    internal async ValueTask<DataEnding> ReadAsync()
    {
        var time = session.House.Time;
        var begun = time.GetTimestamp();
        try
        {
            while (true)
            {
                while (session.HasBufferedInput)
                {
                    var (status, written) = Step();
                    if (!_discards && written > 0)
                    {
                        var advancing = letter.AdvanceAsync(written);
                        var paused = advancing.IsCompleted ? 0 : time.GetTimestamp();
                        if (!await advancing)
                            NoRoom = _discards = true;
                        // The client's clock stops while we write.
                        if (paused != 0)
                            begun += time.GetTimestamp() - paused;
                    }

                    if (_reader.Octets > limit)
                        _discards = true;
                    switch (status)
                    {
                        case DataStatus.End:
                            return DataEnding.Complete;
                        case DataStatus.Stop:
                            return DataEnding.Misframed;
                    }

                    if (_reader.Octets > limit * 2)
                        return DataEnding.FarTooLarge;
                }

                session.AdvanceData(_reader.Octets);
                SetPace(time, begun);
                if (!await session.FillAsync())
                    return DataEnding.Lost;
            }
        }
        finally
        {
            session.ClearDeadline();
            session.EndPatience();
            if (_scratch is not null)
                ArrayPool<byte>.Shared.Return(_scratch);
        }
    }

    private (DataStatus Status, int Written) Step()
    {
        Memory<byte>? room = _discards ? null : letter.GetRoom();
        if (room is null)
        {
            if (!_discards)
                NoRoom = _discards = true;
            room = _scratch ??= ArrayPool<byte>.Shared.Rent(16 * 1024);
        }

        var status = _reader.Read(session.BufferedInput, room.Value.Span, out var consumed, out var written);
        session.Consume(consumed);
        return (status, written);
    }

    private void SetPace(TimeProvider time, long begun)
    {
        var allowed = Grace + TimeSpan.FromSeconds((double)_reader.Octets / BytesPerSecond[(int)session.House.Reception.LevelFor(session.IsTrusted)]);
        if (allowed > Most)
            allowed = Most;
        session.SetDeadlineAt(begun + (long)(allowed.TotalSeconds * time.TimestampFrequency));
    }
}
