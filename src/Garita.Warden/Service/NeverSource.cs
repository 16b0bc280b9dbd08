using System.Globalization;
using Garita.Wall.Kernel;
using Garita.Warden.Bans;

namespace Garita.Warden.Service;

/// <summary>Reads the list of whom never to ban: file, options, addresses of the machine. A file that cannot be read keeps the list before.</summary>
internal sealed class NeverSource(WardenOptions options)
{
    private const int MostLines = 10_000;

    private IReadOnlyList<(string Line, string From)> _lines = [];

    /// <summary>Reads it.</summary>
    /// <param name="problems">What is wrong, one sentence each.</param>
    public NeverList Read(List<string> problems)
    {
        try
        {
            _lines = File.Exists(options.NeverFile)
                ? [.. File.ReadLines(options.NeverFile).Take(MostLines).Select((line, at) => (line, string.Create(CultureInfo.InvariantCulture, $"{options.NeverFile} line {at + 1}")))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{options.NeverFile} cannot be read: {e.Message}");
        }

        return NeverList.Make([.. _lines, .. options.NeverBan.Select(static one => (one, "--never-ban " + one))], OwnAddresses.Read(OwnAddresses.Folder), options.TakesPrivate, problems);
    }
}
