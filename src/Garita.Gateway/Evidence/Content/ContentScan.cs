using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// What all who look at one message share: the report, the policy's names, and the caps. Once it is stopped, nobody goes on.
/// </summary>
/// <param name="settings">Which names are looked for.</param>
/// <param name="open">Opens room for the content of an archive; null when there is none.</param>
/// <param name="ended">Set when the time is up.</param>
internal sealed class ContentScan(AttachmentSettings settings, Func<ILetter?> open, CancellationToken ended)
{
    /// <summary>Octets that are decompressed for one message.</summary>
    internal const long MostOutput = 256L * 1024 * 1024;

    /// <summary>Entries of all archives together.</summary>
    internal const int MostEntries = 10_000;

    /// <summary>Archives in archives.</summary>
    internal const int MostArchiveDepth = 5;

    /// <summary>Octets that may come of one that goes in.</summary>
    internal const int MostRatio = 100;

    private int _headers;
    private long _output;
    private int _entries;
    private bool _stopped;

    internal ContentReport Report { get; } = new();

    /// <summary>Whether nothing more is looked at: a cap, or the time.</summary>
    internal bool Stopped
    {
        get
        {
            if (ended.IsCancellationRequested)
                Fail("the time for it was up");
            return _stopped;
        }
    }

    internal void Fail(string why)
    {
        Report.Incomplete ??= why;
        _stopped = true;
    }

    internal void Note(MimeAmbiguity ambiguity) => Report.Ambiguities |= ambiguity;

    internal bool TryTakeHeader(int octets)
    {
        _headers += octets;
        return _headers <= MimeLimits.AllHeaders;
    }

    /// <summary>Counts what is decompressed.</summary>
    /// <returns>False when it was too much.</returns>
    internal bool TryTakeOutput(int octets) => (_output += octets) <= MostOutput;

    internal bool TryTakeEntry() => ++_entries <= MostEntries;

    /// <summary>Room for content that has to be looked at as a whole; null when there is none, and the scan has failed.</summary>
    internal HeldContent? Hold()
    {
        if (open() is { } letter)
            return new HeldContent(this, letter);
        Fail("no room to look into an archive");
        return null;
    }

    internal bool TryAddPart(PartReadings readings, int depth, string way, out PartRecord record)
    {
        record = new PartRecord { Number = Report.PartCount, Depth = depth };
        if (Report.PartCount >= MimeLimits.Parts)
        {
            Note(MimeAmbiguity.TooManyParts);
            _stopped = true;
            return false;
        }

        Report.Add(record);
        AddReadings(readings, record, way);
        return true;
    }

    /// <summary>Notes what a header can be read to say, and what of it is of a class.</summary>
    internal void AddReadings(PartReadings readings, PartRecord record, string way)
    {
        Note(readings.Ambiguities);
        foreach (var type in readings.Types)
        {
            record.AddType(type);
            if (KnownExtensions.OfType(type) is { } found)
                Report.Add(found, readings.Names.Count > 0 ? FileName.Shown(readings.Names[0]) : "", way + "type", record.Number);
        }

        foreach (var name in readings.Names)
        {
            if (!record.AddName(name))
                Note(MimeAmbiguity.TooManyPieces);
            JudgeName(name, record.Number, way);
        }
    }

    /// <summary>Notes a name that is of a class.</summary>
    internal void JudgeName(string name, int part, string way)
    {
        foreach (var extension in FileName.Extensions(name))
        {
            if (settings.ClassOf(extension) is { } found)
                Report.Add(found, FileName.Shown(name), way + "name", part);
        }
    }
}
