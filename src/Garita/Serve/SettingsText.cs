using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Serve;

/// <summary>The settings file and the text of it that is in force, so that the audit trail can say what changed.</summary>
internal sealed class SettingsText(string path)
{
    private const int MostShown = 4000;
    private string _inForce = "";

    public string Path { get; } = path;

    /// <summary>Reads settings and text.</summary>
    /// <exception cref="SettingsException">Something is wrong with it.</exception>
    public (GatewaySettings Settings, string Text) Read()
    {
        var text = SettingsFile.Text(Path);
        return (SettingsFile.Parse(text, Path), text);
    }

    /// <summary>Takes a new text: the lines from the first to the last difference, as they were and as they are, with the hash of the whole.</summary>
    public (string Before, string After) Change(string text)
    {
        var before = _inForce.Split('\n');
        var after = text.Split('\n');
        var shorter = Math.Min(before.Length, after.Length);
        var head = 0;
        while (head < shorter && string.Equals(before[head], after[head], StringComparison.Ordinal))
            head++;
        var tail = 0;
        while (tail < shorter - head && string.Equals(before[^(tail + 1)], after[^(tail + 1)], StringComparison.Ordinal))
            tail++;
        var result = (Show(_inForce, before[head..^tail]), Show(text, after[head..^tail]));
        _inForce = text;
        return result;
    }

    private static string Show(string whole, string[] lines)
    {
        var shown = string.Join('\n', lines);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))}\n{(shown.Length > MostShown ? shown[..MostShown] + "…" : shown)}";
    }
}
