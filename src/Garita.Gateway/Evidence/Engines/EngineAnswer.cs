using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>How a scan ended.</summary>
public enum EngineStatus : byte
{
    /// <summary>It was scanned and answered for.</summary>
    Scanned,
    /// <summary>It is larger than what the engine gets.</summary>
    TooLarge,
    /// <summary>The engine did not answer, answered nonsense, or is taken for dead.</summary>
    Down,
}

/// <summary>What a scoring engine asks for (Rspamd's actions).</summary>
public enum EngineAction : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A mark.</summary>
    Tag,
    /// <summary>To come again later.</summary>
    Defer,
    /// <summary>A refusal.</summary>
    Reject,
}

/// <summary>What one engine says of a message.</summary>
/// <param name="Engine">Who says it.</param>
/// <param name="Status">How the scan ended.</param>
/// <param name="Virus">The name of what was found, printable ASCII of at most 100 characters; null for nothing.</param>
/// <param name="Score">Its score; null where it gives none.</param>
/// <param name="Action">What it asks for.</param>
/// <param name="Detail">For the record: the tests that hit, or what went wrong; printable ASCII, at most 300 characters.</param>
public sealed record EngineAnswer(
    EngineSettings Engine, EngineStatus Status, string? Virus = null, double? Score = null, EngineAction Action = EngineAction.None, string Detail = "")
{
    /// <summary>Text of an engine as records may have it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters.</param>
    internal static string Clean(string text, int most) =>
        string.Create(Math.Min(text.Length, most), text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
}
