using System.Text.Json;
using System.Text.Json.Serialization;
using Garita.WayBack;

namespace Garita.PacketFilter;

/// <summary>What was applied last.</summary>
/// <param name="Fingerprint">Of which ruleset.</param>
/// <param name="Shape">How the kernel listed it right after.</param>
/// <param name="Persist">Whether it is to be loaded at boot once it is confirmed.</param>
internal sealed record AppliedWall(string Fingerprint, string Shape, bool Persist);

/// <summary>Those files, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AppliedWall))]
[JsonSerializable(typeof(WallStatusView))]
internal sealed partial class WallJson : JsonSerializerContext;

/// <summary>Root's files of the packet filter: texts of rulesets, the way back, what was applied.</summary>
internal sealed class WallFiles(string folder)
{
    private const int Kept = 5;

    public static WallFiles Of(string dataFolder) => new(RootFolder.Open(dataFolder, "wall"));

    /// <summary>The text that goes back.</summary>
    public string WayBack => Path.Combine(folder, "way-back.nft");

    private string AppliedFile => Path.Combine(folder, "applied.json");

    public AppliedWall? Applied
    {
        get
        {
            try
            {
                return File.Exists(AppliedFile) ? JsonSerializer.Deserialize(File.ReadAllText(AppliedFile), WallJson.Default.AppliedWall) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
        set => RootFolder.Write(AppliedFile, JsonSerializer.Serialize(value!, WallJson.Default.AppliedWall));
    }

    /// <summary>The text of a ruleset that was applied; null: not kept.</summary>
    public string? Text(string? fingerprint) => fingerprint is not null && File.Exists(FileOf(fingerprint)) ? File.ReadAllText(FileOf(fingerprint)) : null;

    /// <summary>Keeps the text of a ruleset; the oldest go.</summary>
    public void Keep(string fingerprint, string text)
    {
        RootFolder.Write(FileOf(fingerprint), text);
        foreach (var old in Directory.GetFiles(folder, "ruleset-*.nft").OrderByDescending(File.GetLastWriteTimeUtc).Skip(Kept))
            File.Delete(old);
    }

    private string FileOf(string fingerprint) => Path.Combine(folder, $"ruleset-{fingerprint}.nft");
}
