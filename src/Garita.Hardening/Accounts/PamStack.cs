using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>A line of a PAM service, pam.conf(5).</summary>
/// <param name="File">The file that has it.</param>
/// <param name="Kind"><c>auth</c>, <c>account</c>, <c>password</c> or <c>session</c>.</param>
/// <param name="Control">What its result does, as in <c>required</c> or <c>[success=1 default=ignore]</c>.</param>
/// <param name="Module">The module without its folder.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record PamLine(string File, string Kind, string Control, string Module, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether an argument is there.</summary>
    /// <param name="name">The argument, without a value.</param>
    public bool Has(string name) => Arguments.Contains(name, StringComparer.Ordinal);

    /// <summary>The value of an argument, or null.</summary>
    /// <param name="name">The argument.</param>
    public string? Value(string name) => Arguments.FirstOrDefault(argument => argument.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}

/// <summary>What PAM asks for a service, with what its file includes.</summary>
internal static class PamStack
{
    private const int DeepestInclude = 16;

    /// <summary>The lines of a service, or null where it has no file.</summary>
    /// <param name="host">The host.</param>
    /// <param name="service">The service.</param>
    public static IReadOnlyList<PamLine>? Read(View host, string service)
    {
        var lines = new List<PamLine>();
        return Take(host, "/etc/pam.d/" + service, only: null, lines, 0) ? lines : null;
    }

    private static bool Take(View host, string path, string? only, List<PamLine> lines, int depth)
    {
        if (depth > DeepestInclude)
            throw new CannotLookException($"{path} is included more than {DeepestInclude} deep");
        if (host.Read(path) is not { } text)
            return false;
        foreach (var raw in Text.Lines(text.Replace("\\\n", " ", StringComparison.Ordinal)))
        {
            var line = raw.IndexOf('#', StringComparison.Ordinal) is var hash and > 0 ? raw[..hash] : raw;
            var words = Text.Words(line);
            if (words is ["@include", var included, ..])
            {
                Include(host, included, only, lines, depth);
                continue;
            }
            // A dash before the kind: it does not matter when the module is missing.
            var kind = words[0].TrimStart('-').ToLowerInvariant();
            if (only is not null && !string.Equals(kind, only, StringComparison.Ordinal))
                continue;
            var end = words.Length > 1 && words[1].StartsWith('[') ? Array.FindIndex(words, 1, static word => word.EndsWith(']')) : 1;
            if (end < 0 || end + 1 >= words.Length)
                throw new CannotLookException($"{path} has a line that this check does not understand: {line}");
            var control = string.Join(' ', words[1..(end + 1)]);
            if (control is "include" or "substack")
                Include(host, words[end + 1], kind, lines, depth);
            else
                lines.Add(new PamLine(path, kind, control, Path.GetFileName(words[end + 1]), words[(end + 2)..]));
        }
        return true;
    }

    private static void Include(View host, string name, string? only, List<PamLine> lines, int depth)
    {
        if (!Take(host, name.StartsWith('/') ? name : "/etc/pam.d/" + name, only, lines, depth + 1))
            throw new CannotLookException($"PAM includes {name}, which is not there");
    }
}
