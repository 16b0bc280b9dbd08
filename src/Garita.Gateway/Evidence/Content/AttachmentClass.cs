namespace Garita.Gateway.Evidence.Content;

/// <summary>What a policy for attachments tells apart. Each has a key of its own in <c>[attachments]</c>.</summary>
public enum AttachmentClass : byte
{
    /// <summary>Programs and installers, by name, MIME type or content (PE, ELF, Mach-O, Java, MSI, CHM).</summary>
    Executables,
    /// <summary>Files that a script host runs when they are opened.</summary>
    Scripts,
    /// <summary>Shortcuts: LNK, URL and their like.</summary>
    Links,
    /// <summary>Office documents with macros.</summary>
    Macros,
    /// <summary>ISO, IMG, VHD and other images that are mounted when they are opened.</summary>
    DiskImages,
    /// <summary>Archives and documents that a password protects.</summary>
    EncryptedArchives,
    /// <summary>Archives of which nothing could be read: damaged, or of a kind that is not known here.</summary>
    UnreadableArchives,
    /// <summary>What is too deep, too large or too full to be looked at to its end.</summary>
    Bombs,
    /// <summary>HTML that makes a file in the browser.</summary>
    HtmlSmuggling,
    /// <summary>Names whose extension the administrator lists.</summary>
    Listed,
}
