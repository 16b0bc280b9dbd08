using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Reports;

/// <summary>
/// Makes the reports of a day out of its notes: one file for each domain, with one beside it that says where it goes. Made again after a crash they
/// have the same names and ids (RFC 9990 §3.5.2), and the notes go only when all are there.
/// </summary>
internal static class ReportMaker
{
    /// <summary>Reports of a day; domains with the most different rows come first.</summary>
    internal const int MostReports = 1000;

    /// <summary>Different rows of a day, over all domains.</summary>
    internal const int MostRows = 50_000;

    private const int MostFileName = 240;

    /// <summary>Makes the reports of a day; its notes are gone then.</summary>
    /// <param name="notes">The file of notes.</param>
    /// <param name="day">The day (UTC).</param>
    /// <param name="outgoing">The folder for reports.</param>
    /// <param name="hostname">Our name.</param>
    /// <param name="organization">Who reports.</param>
    /// <param name="from">Whom to ask.</param>
    /// <returns>How many were made.</returns>
    internal static int Make(string notes, DateOnly day, string outgoing, string hostname, string organization, string from)
    {
        var begin = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var end = begin.AddDays(1).AddSeconds(-1);
        Directory.CreateDirectory(outgoing);
        var made = 0;
        foreach (var (domain, found) in Read(notes).OrderByDescending(static one => one.Value.Rows.Count).Take(MostReports))
        {
            if (Parse(found) is not { } parsed)
                continue;
            var (policy, rows) = parsed;
            // The same for the same day, domain and gateway, and no other.
            var id = $"{begin.ToUnixTimeSeconds()}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hostname} {domain}")))[..16]}@{hostname}";
            var report = new AggregateReport(organization, from, id, begin, end, domain, policy.Policy, rows);
            var name = AggregateReportXml.FileName(hostname, report);
            if (name.Length > MostFileName || name.Contains('/', StringComparison.Ordinal))
                continue;
            WriteWhole(Path.Combine(outgoing, name + ".to"), JsonSerializer.SerializeToUtf8Bytes(new WaitingReport(domain, id, policy.Addresses), ReportJson.Default.WaitingReport));
            WriteWhole(Path.Combine(outgoing, name), AggregateReportXml.Write(report));
            made++;
        }

        File.Delete(notes);
        return made;
    }

    /// <summary>Writes a file that is there whole or not at all.</summary>
    internal static void WriteWhole(string path, byte[] octets)
    {
        var half = path + ".half";
        File.WriteAllBytes(half, octets);
        File.Move(half, path, overwrite: true);
    }

    private static Dictionary<string, Found> Read(string notes)
    {
        var domains = new Dictionary<string, Found>(StringComparer.Ordinal);
        var rows = 0;
        foreach (var line in File.ReadLines(notes))
        {
            // A line that was cut off by a crash has no three parts, or no JSON.
            if (line.Split('\t') is not [{ Length: > 0 } domain, var policy, var row])
                continue;
            if (!domains.TryGetValue(domain, out var found))
                domains.Add(domain, found = new Found());
            found.Policy = policy;
            if (found.Rows.TryGetValue(row, out var count))
                found.Rows[row] = count + 1;
            else if (rows++ < MostRows)
                found.Rows.Add(row, 1);
        }

        return domains;
    }

    private static (JournalPolicy Policy, List<(ReportedRow Row, long Count)> Rows)? Parse(Found found)
    {
        List<(ReportedRow, long)> rows = [];
        try
        {
            foreach (var (text, count) in found.Rows)
            {
                if (JsonSerializer.Deserialize(text, ReportJson.Default.ReportedRow) is { } row)
                    rows.Add((row, count));
            }

            return rows.Count > 0 && JsonSerializer.Deserialize(found.Policy, ReportJson.Default.JournalPolicy) is { } policy ? (policy, rows) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class Found
    {
        internal string Policy { get; set; } = "";

        internal Dictionary<string, long> Rows { get; } = new(StringComparer.Ordinal);
    }
}
