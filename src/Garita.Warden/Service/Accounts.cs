using System.Globalization;

namespace Garita.Warden.Service;

/// <summary>Numbers of users and groups, from /etc/passwd and /etc/group: those of a service are nowhere else.</summary>
internal static class Accounts
{
    /// <summary>The number of a user, given by name or number; null when there is none.</summary>
    public static uint? User(string name) => Find("/etc/passwd", name);

    /// <summary>The number of a group, given by name or number; null when there is none.</summary>
    public static uint? Group(string name) => Find("/etc/group", name);

    private static uint? Find(string file, string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var given))
            return given;
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.Split(':') is [var found, _, var number, ..] && string.Equals(found, name, StringComparison.Ordinal) && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    return id;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return null;
    }
}
