using System.Globalization;
using System.Text;
using Garita.Hardening.Host;
using Garita.Machine.Files;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Garita.Hardening.Attest;

/// <summary>
/// The file attest.toml in the data folder: a table for each statement that somebody signed. Statements that this version does not know are kept, since
/// a newer one may. Written whole beside the old one and put in its place, so that a kill leaves one or the other.
/// </summary>
public static class AttestFile
{
    /// <summary>Its name.</summary>
    public const string Name = "attest.toml";

    /// <summary>Longest name of a person, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Longest note, in characters.</summary>
    public const int LongestNote = 500;

    /// <summary>What is signed on a host; nothing without the file.</summary>
    /// <param name="host">The host.</param>
    /// <exception cref="CannotLookException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, Attestation> Read(View host)
    {
        var path = $"{host.DataFolder}/{Name}";
        return Parse(host.Read(path) ?? "", path);
    }

    /// <summary>What is signed in a folder of this host; nothing without the file.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="CannotLookException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, Attestation> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return Parse(new DiskHost().Read(path) ?? "", path);
    }

    /// <summary>Reads its text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <exception cref="CannotLookException">It is not as this program writes it.</exception>
    public static IReadOnlyDictionary<string, Attestation> Parse(string text, string path)
    {
        var document = SyntaxParser.Parse(text, path, validate: true);
        if (document.HasErrors || document.KeyValues.ChildrenCount > 0)
            throw Wrong(path, document.Diagnostics.FirstOrDefault()?.Span.Start.Line ?? 0);
        var signed = new Dictionary<string, Attestation>(StringComparer.Ordinal);
        foreach (var table in document.Tables)
        {
            if (table is not TableSyntax { Name.Key: { } name } || table.Name.DotKeys.ChildrenCount > 0)
                throw Wrong(path, table.Span.Start.Line);
            string? by = null;
            DateOnly? date = null;
            var note = "";
            foreach (var pair in table.Items)
            {
                switch ((pair.Key?.ToString()?.Trim(), pair.Value))
                {
                    case ("by", StringValueSyntax { Value: { Length: > 0 } value }):
                        by = value;
                        break;
                    case ("date", DateTimeValueSyntax { Value: { Kind: TomlDateTimeKind.LocalDate } value }):
                        date = DateOnly.FromDateTime(value.DateTime.Date);
                        break;
                    case ("note", StringValueSyntax value):
                        note = value.Value ?? "";
                        break;
                    default:
                        throw Wrong(path, pair.Span.Start.Line);
                }
            }

            signed[name.ToString().Trim()] = by is not null && date is { } day ? new Attestation(by, day, note) : throw Wrong(path, table.Span.Start.Line);
        }

        return signed;
    }

    /// <summary>Its text.</summary>
    /// <param name="signed">What is signed.</param>
    public static string Text(IReadOnlyDictionary<string, Attestation> signed)
    {
        var text = new StringBuilder("# What no program can see, signed by whoever looked. Written by: garita harden attest sign|revoke\n");
        foreach (var (id, attestation) in signed.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[{id}]\nby = {Quoted(attestation.By)}\ndate = {attestation.Date:yyyy-MM-dd}\n");
            if (attestation.Note.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"note = {Quoted(attestation.Note)}\n");
        }

        return text.ToString();
    }

    /// <summary>Writes the file, for its owner alone (0600). The folder is made when it is missing.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="signed">What is signed.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string folder, IReadOnlyDictionary<string, Attestation> signed)
    {
        if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        // A link that the folder's owner may have put there is not followed.
        WholeFile.Replace(Path.Combine(folder, Name), Text(signed), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>As a basic string of TOML.</summary>
    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                text.Append('\\').Append(character);
            else if (char.IsControl(character))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                text.Append(character);
        }

        return text.Append('"').ToString();
    }

    private static CannotLookException Wrong(string path, int line) => new(string.Create(
        CultureInfo.InvariantCulture, $"{path}:{line + 1} is not as garita harden attest writes it: expected [ID] with by = \"NAME\", date = 2027-01-31 and maybe note = \"TEXT\""));
}
